"""The mirror in Supabase: one row of ``user_profiles`` a user, over PostgREST.

The version of a row is its ``updated_at``, as text and whoever set it: every writing names the
version that it replaces, so a request that was given up and arrives minutes later finds that
version gone and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from imports.adapters.mirror_answers import failure_of, versions_in
from imports.adapters.supabase import key_headers
from imports.errors import (
    MirrorUnavailable,
    ProfileChanged,
    ProfileMissing,
    SeveralProfiles,
)
from imports.ports.mirror import ShownState

TABLE = "user_profiles"
SECTIONS = ("soul", "identity", "user", "agents", "tools", "memory")
# Nothing waits for the mirror, so it need not be waited for.
TIMEOUT = httpx.Timeout(connect=3, read=5, write=5, pool=3)


class SupabaseMirror:
    """Shows states in a Supabase project; ``base_url`` is ``https://<ref>.supabase.co/rest/v1``."""

    def __init__(
        self, base_url: str, key: str, *, timeout: httpx.Timeout = TIMEOUT
    ) -> None:
        self._url = httpx.URL(f"{base_url.rstrip('/')}/{TABLE}")
        self._client = httpx.Client(
            headers={**key_headers(key), "Accept": "application/json"},
            timeout=timeout,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def version(self, user_id: UUID) -> str:
        """Read the present version of a user's profile.

        :raises ProfileMissing: there is none
        :raises SeveralProfiles: there are several
        :raises Failure: it cannot be read
        """
        return _only(self._versions(user_id))

    def show(self, user_id: UUID, state: ShownState, *, over: str) -> str:
        """Write a state over this version; give the new one.

        :raises ProfileChanged: this is not the version any more
        :raises ProfileMissing: there is no such profile
        :raises SeveralProfiles: there are several
        :raises Failure: it may or may not have been written
        """
        written = self._patch(user_id, state, over=over, at_most_one=True)
        if not written:
            self.version(user_id)  # there is none, or several; else it has changed
            raise ProfileChanged
        return _only(written)

    def clear(self, user_id: UUID, state: ShownState) -> None:
        """Write a state, that of nobody, into every profile of a user; none is no error.

        :raises Failure: some may not have been written
        """
        for version in set(self._versions(user_id)):
            if not self._patch(user_id, state, over=version, at_most_one=False):
                raise ProfileChanged

    def probe(self) -> None:
        """Look whether there is a place for everything that is shown; write nothing.

        :raises Failure: there is not
        """
        shown = columns(ShownState(import_status="", sections=dict.fromkeys(SECTIONS)))
        self._send("GET", {"select": ",".join(shown), "limit": "0"})

    def _versions(self, user_id: UUID) -> list[str]:
        return versions_in(self._send("GET", {"id": f"eq.{user_id}"}))

    def _patch(
        self, user_id: UUID, state: ShownState, *, over: str, at_most_one: bool
    ) -> list[str]:
        """Write, and give the versions of the rows that were written."""
        rows = {
            "id": f"eq.{user_id}",
            "updated_at": f"eq.{over}" if over else "is.null",
        }
        prefer = "return=representation"
        if at_most_one:
            # A filter that gets lost on the way must not write to everybody.
            prefer += ", handling=strict, max-affected=1"
        return versions_in(
            self._send("PATCH", rows, headers={"Prefer": prefer}, json=columns(state))
        )

    def _send(self, method: str, rows: Mapping[str, str], **request: Any) -> httpx.Response:
        params = {"select": "updated_at", **rows}
        try:
            response = self._client.request(method, self._url, params=params, **request)
        except httpx.TransportError as error:
            raise MirrorUnavailable from error
        if response.status_code != 200:
            raise failure_of(response)
        return response


def columns(state: ShownState) -> dict[str, Any]:
    """Name what is shown as the site's table does."""
    shown: dict[str, Any] = {
        "import_status": state.import_status,
        "import_stage": state.import_stage,
        "progress_percent": state.progress_percent,
        "import_error": state.import_error,
        "processing_started_at": _iso(state.processing_started_at),
        "updated_at": _iso(state.updated_at),
    }
    if state.sections is not None:
        shown |= {f"{name}_md": text for name, text in state.sections.items()}
        shown |= {"ai_name": state.ai_name, "archetype": state.archetype}
    return shown


def _only(versions: list[str]) -> str:
    if not versions:
        raise ProfileMissing
    if len(versions) > 1:
        raise SeveralProfiles
    return versions[0]


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
