"""What may be sent: every field of every body and query, and nothing else."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from imports.api import examples
from imports.api.fields import StrictCount, StrictSerializer, StrictText, StrictUUID
from imports.models import StageName, Tier
from imports.search import LONGEST_QUESTION, MOST_HITS

LONGEST_PATH = 1024


@extend_schema_serializer(examples=[examples.TRIGGER])
class TriggerBody(StrictSerializer):
    user_id = StrictUUID(required=False, help_text="May be left out with a user's token.")
    storage_path = StrictText(
        max_length=LONGEST_PATH, help_text="`<bucket>/<user_id>/<object>`"
    )
    conversation_count = StrictCount(required=False, allow_null=True)
    message_count = StrictCount(required=False, allow_null=True)


@extend_schema_serializer(examples=[examples.SITE_TRIGGER])
class SiteTriggerBody(StrictSerializer):
    storagePath = StrictText(
        max_length=LONGEST_PATH, help_text="`<bucket>/<user_id>/<object>`"
    )


@extend_schema_serializer(examples=[examples.RETRY])
class RetryBody(StrictSerializer):
    from_stage = serializers.ChoiceField(
        choices=StageName.choices,
        required=False,
        allow_null=True,
        help_text="Where to begin; without it, where the import stopped.",
    )


class EmptyBody(StrictSerializer):
    pass


class UserQuery(StrictSerializer):
    user_id = StrictUUID(required=False, help_text="Whose; a user's token implies it.")


class PageQuery(StrictSerializer):
    cursor = StrictText(required=False, max_length=300, help_text="From `next`.")
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=200)


class ImportsQuery(PageQuery):
    user_id = StrictUUID(required=False, help_text="Whose; a user's token implies it.")


class LogQuery(PageQuery):
    limit = serializers.IntegerField(
        required=False, default=200, min_value=1, max_value=200
    )


class FactsQuery(LogQuery):
    category = StrictText(required=False, max_length=20)


class SearchQuery(StrictSerializer):
    q = StrictText(
        max_length=LONGEST_QUESTION,
        allow_blank=True,
        help_text="What is looked for, in plain words.",
    )
    limit = serializers.IntegerField(
        required=False, default=10, min_value=1, max_value=MOST_HITS
    )
    tier = serializers.ChoiceField(
        # The largest is never embedded; which of these are is a setting.
        choices=[Tier.MICRO.value, Tier.MEDIUM.value],
        required=False,
        help_text="How much text a hit holds; without it, the finest that is embedded.",
    )
    provider = StrictText(
        required=False, max_length=20, help_text="`chatgpt`, `claude` ..."
    )
    role = serializers.ChoiceField(
        choices=["user", "assistant"],
        required=False,
        help_text="Who says what a hit is about.",
    )
    since = serializers.DateTimeField(required=False, help_text="Said then or later.")
    until = serializers.DateTimeField(required=False, help_text="Said then or earlier.")


def checked(serializer: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """Read what was sent.

    :raises ValidationError: by field, what is wrong with it
    """
    body = serializer(data=data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
