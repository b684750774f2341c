"""What answers look like, for the OpenAPI document only; ``presentation`` makes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from imports.api import examples
from imports.models import ImportStatus, Soulprint, StageLog, StageName, Status


class Shape(serializers.Serializer[Any]):
    # Describes an answer; nothing is ever read or written with it. A docstring would be shown with
    # each shape of the document.
    pass


class Counts(Shape):
    conversations = serializers.IntegerField(help_text="Of the export, stored now.")
    messages = serializers.IntegerField()
    chunks = serializers.IntegerField()
    facts = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="Records that could not be stored.")
    bytes_total = serializers.IntegerField()
    bytes_done = serializers.IntegerField()


class JobError(Shape):
    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    retryable = serializers.BooleanField()


class Links(Shape):
    log = serializers.URLField()
    cancel = serializers.URLField()
    retry = serializers.URLField()
    soulprint = serializers.URLField()

    def get_fields(self) -> Any:
        return {"self": serializers.URLField(), **super().get_fields()}


@extend_schema_serializer(examples=[examples.RUNNING_JOB])
class Job(Shape):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    storage_path = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    import_status = serializers.ChoiceField(choices=ImportStatus.choices)
    stage = serializers.ChoiceField(choices=StageName.choices)
    stage_label = serializers.CharField()
    progress_percent = serializers.IntegerField(min_value=0, max_value=100)
    attempt = serializers.IntegerField()
    counts = Counts()
    cost_usd = serializers.FloatField()
    skipped_reasons = serializers.DictField(child=serializers.IntegerField())
    error = JobError(allow_null=True, help_text="Why it failed, or why it waits.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    quick_ready_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    links = Links()


class Page(Shape):
    next = serializers.URLField(
        allow_null=True, help_text="The next page, if there is one."
    )


class JobPage(Page):
    results = Job(many=True)


class LogLine(Shape):
    kind = serializers.ChoiceField(choices=StageLog.Kind.choices)
    attempt = serializers.IntegerField()
    stage = serializers.ChoiceField(choices=StageName.choices, allow_null=True)
    action = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=StageLog.Outcome.choices, allow_null=True)
    items_done = serializers.IntegerField()
    items_total = serializers.IntegerField()
    unit = serializers.CharField(allow_null=True)
    tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()
    error_code = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    actor = serializers.CharField(allow_null=True)
    note = serializers.CharField(required=False, help_text="Not shown to users.")
    reason = serializers.CharField(required=False, help_text="Not shown to users.")
    worker = serializers.CharField(required=False, help_text="Not shown to users.")


class LogPage(Page):
    results = LogLine(many=True)


class Sections(Shape):
    def get_fields(self) -> Any:
        return {
            name: serializers.DictField(allow_null=name == "memory")
            for name in Soulprint.SECTIONS
        }


@extend_schema_serializer(component_name="Soulprint", examples=[examples.SOULPRINT])
class SoulprintShape(Shape):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    ai_name = serializers.CharField()
    archetype = serializers.CharField()
    sections = Sections()
    engine = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()

    def get_fields(self) -> Any:
        passes = serializers.ChoiceField(choices=Soulprint.Pass.choices)
        return {**super().get_fields(), "pass": passes}


class Evidence(Shape):
    conversation_id = serializers.UUIDField()
    message_id = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    quote = serializers.CharField()


@extend_schema_serializer(component_name="Fact")
class FactShape(Shape):
    id = serializers.UUIDField()
    category = serializers.CharField(help_text="`work`, `family`, `health` ...")
    slot = serializers.CharField(
        allow_null=True, help_text="What it answers: `occupation`, `home`, `allergy` ..."
    )
    statement = serializers.CharField(help_text="A sentence without its subject.")
    value = serializers.CharField(allow_null=True, help_text="The answer alone.")
    kind = serializers.CharField(help_text="`durable`, `temporary`, `plan` or `event`.")
    basis = serializers.CharField(
        help_text="How it was said: `stated`, `implied`, `instructions` or `saved_memory`."
    )
    engine = serializers.CharField(help_text="Who learned it; local works by rules.")
    confidence = serializers.FloatField()
    first_seen_at = serializers.DateTimeField(allow_null=True)
    last_seen_at = serializers.DateTimeField(allow_null=True)
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_to = serializers.DateTimeField(allow_null=True)
    evidence = Evidence(many=True)


@extend_schema_serializer(examples=[examples.FACTS])
class FactPage(Page):
    results = FactShape(many=True)


class Span(Shape):
    start = serializers.IntegerField(help_text="In characters of the transcript.")
    end = serializers.IntegerField()


class Mark(Shape):
    start = serializers.IntegerField(help_text="In characters of the text it belongs to.")
    end = serializers.IntegerField()


class Excerpt(Shape):
    text = serializers.CharField(help_text="At most 320 characters of the hit, for lists.")
    marks = Mark(many=True)


class Turn(Shape):
    role = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField(help_text="Shortened to 600 characters.")


@extend_schema_serializer(component_name="Hit")
class HitShape(Shape):
    text = serializers.CharField()
    score = serializers.FloatField(help_text="0 to 1; compares the hits of one question.")
    conversation_id = serializers.UUIDField()
    source_id = serializers.CharField(help_text="The conversation's id in the export.")
    provider = serializers.CharField()
    title = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    role = serializers.CharField(allow_null=True, help_text="Who says what it is about.")
    message_ids = serializers.ListField(child=serializers.CharField())
    span = Span()
    marks = Mark(many=True, help_text="The words of `text` that were asked for.")
    excerpt = Excerpt(help_text="The part with most of these words.")
    facts = serializers.ListField(
        child=serializers.CharField(),
        help_text="What is known of the person from it, as far as that was asked for.",
    )
    exchange = Turn(many=True, help_text="Its messages, the one before and the one after.")


@extend_schema_serializer(examples=[examples.HITS])
class Hits(Shape):
    results = HitShape(many=True)


class SiteAccepted(Shape):
    status = serializers.ChoiceField(choices=["accepted"])
    message = serializers.CharField()
    job_id = serializers.UUIDField()
    status_url = serializers.URLField()


class SiteTriggered(Shape):
    status = serializers.ChoiceField(choices=["processing"])
    job_id = serializers.UUIDField()


class Erasure(Shape):
    status = serializers.ChoiceField(choices=["erasing"])
    user_id = serializers.UUIDField()


class SiteStatus(Shape):
    status = serializers.ChoiceField(choices=ImportStatus.choices)
    progress = serializers.IntegerField(min_value=0, max_value=100)
    stage = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    job_id = serializers.UUIDField(allow_null=True)


class Alive(Shape):
    status = serializers.ChoiceField(choices=["ok"])


class Readiness(Shape):
    status = serializers.ChoiceField(choices=["ready"])
    workers = serializers.IntegerField()
    oldest_waiting_seconds = serializers.IntegerField(allow_null=True)


class FieldError(Shape):
    field = serializers.CharField()
    detail = serializers.CharField()


@extend_schema_serializer(
    component_name="Problem", examples=[examples.WRONG_FIELD, examples.IN_PROGRESS]
)
class ProblemShape(Shape):
    """An error, after RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    job_id = serializers.UUIDField(required=False)
    status_url = serializers.URLField(required=False)

    def get_fields(self) -> Any:
        return {**super().get_fields(), "errors": FieldError(many=True, required=False)}
