"""What a house holds after an import: one of everything that can be asked for."""

from __future__ import annotations

import uuid

from imports.models import Fact, ImportJob, Soulprint


def furnish(job: ImportJob) -> None:
    """Give the user of this job a soulprint and a fact."""
    Soulprint.objects.create(
        user_id=job.user_id,
        job=job,
        pass_name="full",
        engine="local",
        model="m",
        prompt_version="1",
        **{name: {"a": ["b"]} for name in Soulprint.SECTIONS},
    )
    Fact.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        category="work",
        statement="s",
        kind="durable",
        basis="stated",
        confidence=0.9,
        engine="local",
        evidence=[
            {
                "conversation_id": str(uuid.uuid4()),
                "message_id": "m",
                "at": None,
                "quote": "q",
            }
        ],
    )
