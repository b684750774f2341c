"""Which adapter stands behind each port; the only file that names adapters.

Adapters are imported when a port is first used: an SDK costs a second and 70 MB, and a web process
or a command that only parses must not pay for it. Workers load them before they are forked.
"""

from __future__ import annotations

import gc
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from imports.ports import Embedder, LanguageModel, ObjectStore
from imports.ports.alerts import Alerts
from imports.ports.mirror import Mirror

if TYPE_CHECKING:
    from imports.adapters.courier import Courier


class Wired:
    """The ports as the settings choose them; one set per process."""

    @property
    def spool(self) -> Path:
        folder: Path = settings.SPOOL_DIR
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @cached_property
    def objects(self) -> ObjectStore:
        if settings.SUPABASE_URL:
            from imports.adapters.objects_supabase import SupabaseObjects

            return SupabaseObjects(
                f"{settings.SUPABASE_URL}/storage/v1",
                settings.SUPABASE_SERVICE_KEY,
                settings.IMPORT_BUCKETS,
            )
        from imports.adapters.objects_local import LocalObjects

        return LocalObjects(settings.OBJECTS_DIR, settings.IMPORT_BUCKETS)

    @cached_property
    def language_model(self) -> LanguageModel:
        if settings.LLM == "local":
            return self.stand_in
        from imports.adapters.claude import ClaudeModel

        return ClaudeModel(
            # Their choices were checked when they were read.
            engine=cast(Literal["anthropic", "bedrock"], settings.LLM),
            model=settings.LLM_MODEL,
            region=settings.AWS_REGION,
            prices=settings.LLM_PRICES,
            output_mode=cast(
                Literal["native", "tool"] | None,
                None if settings.LLM_OUTPUT == "auto" else settings.LLM_OUTPUT,
            ),
            courier=self.courier,
        )

    @cached_property
    def courier(self) -> Courier:
        """Carries paid questions; its process starts with the first of them."""
        from imports.adapters.courier import Courier

        # What is no word or number is Django's own.
        parameters = {
            name: value
            for name, value in connection.get_connection_params().items()
            if isinstance(value, str | int) and name != "prepare_threshold"
        }
        return Courier(make_conninfo("", **parameters))

    @cached_property
    def stand_in(self) -> LanguageModel:
        from imports.adapters.local_analyst import LocalAnalyst

        return LocalAnalyst()

    @cached_property
    def embedder(self) -> Embedder:
        if settings.EMBEDDINGS == "local":
            from imports.adapters.local_embedder import LocalEmbedder

            return LocalEmbedder()
        from imports.adapters.titan import TitanEmbedder

        return TitanEmbedder(
            region=settings.AWS_REGION,
            dimensions=settings.TITAN_DIMENSIONS,
            most_in_flight=settings.TITAN_REQUESTS,
        )

    @cached_property
    def question_embedder(self) -> Embedder:
        """The same embedder for somebody who waits: it gives up while they still do."""
        if settings.EMBEDDINGS == "local":
            return self.embedder
        from imports.adapters.retrying import Backoff
        from imports.adapters.titan import TitanEmbedder

        return TitanEmbedder(
            region=settings.AWS_REGION,
            dimensions=settings.TITAN_DIMENSIONS,
            most_in_flight=settings.TITAN_REQUESTS,
            timeout_seconds=3,
            backoff=Backoff(first_seconds=0.1, longest_seconds=0.2, most_tries=2),
        )

    @cached_property
    def mirror(self) -> Mirror | None:
        """The mirror, or None where there is nothing to show a state in."""
        if settings.MIRROR == "off":
            return None
        from imports.adapters.mirror_supabase import SupabaseMirror

        return SupabaseMirror(
            f"{settings.SUPABASE_URL}/rest/v1", settings.SUPABASE_SERVICE_KEY
        )

    @cached_property
    def alerts(self) -> Alerts | None:
        """The way to a person, or None where nobody asked to be told."""
        if not settings.ALERT_WEBHOOK:
            return None
        from imports.adapters.alerts_webhook import WebhookAlerts

        return WebhookAlerts(settings.ALERT_WEBHOOK)


@cache
def ports() -> Wired:
    """Give the ports of this process."""
    return Wired()


def preload() -> None:
    """Load what every import will need, once, in the process that workers are forked from.

    They share its pages then, and no first import waits for modules and compiled patterns.
    """
    from imports.adapters import local_analyst

    unused = Wired()  # a connection must not be shared: only the modules are kept
    for port in ("objects", "language_model", "stand_in", "embedder"):
        getattr(unused, port)
    local_analyst.preload()
    gc.collect()
    gc.freeze()  # a collection in a worker leaves these pages alone, and shared
