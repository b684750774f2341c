"""The dialogs behind the buttons of the job page: what to do, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from imports.models import ImportJob, StageName

WHERE_IT_STOPPED = ""


class ReasonForm(BaseDialogForm):
    """Ask why; the answer stands in the job's log."""

    reason = forms.CharField(
        max_length=500,
        label="Reason",
        help_text="Kept in the log, beside your name.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


class RetryForm(ReasonForm):
    """Ask where to begin: only stages that the import has reached."""

    from_stage = forms.ChoiceField(
        required=False,
        label="Begin with",
        help_text="Stages before it are kept. It and those behind it run again, and skip "
        "what is there already.",
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("from_stage", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = ImportJob.objects.values_list("stage", flat=True).get(id=self.object_id)
        self.fields["from_stage"].choices = _choices(StageName(stage))


def _choices(stopped_at: StageName) -> list[tuple[str, str]]:
    order = list(StageName)
    earlier = order[: order.index(stopped_at)][::-1]
    return [
        (WHERE_IT_STOPPED, f"{stopped_at.label} (where it stopped)"),
        *((stage.value, stage.label) for stage in earlier),
        (stopped_at.value, f"{stopped_at.label}, from its beginning"),
    ]
