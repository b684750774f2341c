"""The dialogs behind the buttons of the console: what to do, and why."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from imports import amounts
from imports.admin import forecast
from imports.admin.requests import id_in
from imports.models import ImportJob, StageName

WHERE_IT_STOPPED = ""
_MOST_DOLLARS = 1_000
EVERYTHING, ONE_USER = "everything", "user"


def _text(**attrs: str) -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **attrs})


class ReasonForm(BaseDialogForm):
    """Ask why; the answer stands in the log, beside a name."""

    variant = "primary"  # how the button looks that does it
    reason = forms.CharField(
        max_length=500,
        label="Reason",
        help_text="Kept on record, beside your name.",
        widget=_text(),
    )

    def job(self) -> ImportJob:
        """Give the import that the dialog is about.

        :raises Http404: it has been erased since the page was opened
        """
        return get_object_or_404(ImportJob, id=id_in(str(self.object_id)))


class RetryForm(ReasonForm):
    """Ask where to begin, and show what each choice keeps, does again and costs."""

    from_stage = forms.ChoiceField(
        required=False, label="Begin with", widget=UnfoldAdminSelectWidget
    )
    field_order = ("from_stage", "reason")
    form_before_template = "admin/imports/importjob/retry_preview.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._job = self.job()
        self._choices = forecast.retry_choices(self._job, where_it_stopped=WHERE_IT_STOPPED)
        self.fields["from_stage"].choices = [
            (choice.value, choice.label) for choice in self._choices
        ]

    def get_before_template_context(self, *_: Any) -> dict[str, Any]:
        return {"choices": self._choices, "bill": forecast.bill(self._job)}


class BudgetForm(ReasonForm):
    """Ask how much an import may spend in all."""

    dollars = forms.DecimalField(
        label="New budget in dollars",
        max_value=_MOST_DOLLARS,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01", "autocomplete": "off"}),
    )
    field_order = ("dollars", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        job = self.job()
        self._present = job.budget_microdollars
        spent, budget = amounts.money(job.spent_microdollars), amounts.money(self._present)
        self.fields["dollars"].help_text = f"It has spent {spent} of {budget}."

    def clean_dollars(self) -> Decimal:
        dollars: Decimal = self.cleaned_data["dollars"]
        if dollars * 1_000_000 <= self._present:
            raise forms.ValidationError("Name more than it may spend already.")
        return dollars

    @property
    def microdollars(self) -> int:
        return int(self.cleaned_data["dollars"] * 1_000_000)


class EraseForm(ReasonForm):
    """Ask twice: what is erased does not come back."""

    variant = "danger"
    user = forms.CharField(
        label="The first block of the user's id", widget=_text(spellcheck="false")
    )
    field_order = ("user", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user_id = self.job().user_id
        block = amounts.short(self.user_id)
        self.fields["user"].help_text = f"Type {block} to show that you mean this user."

    def clean_user(self) -> str:
        typed: str = self.cleaned_data["user"].strip().lower()
        if typed not in (amounts.short(self.user_id), str(self.user_id)):
            raise forms.ValidationError("That is not this user.")
        return typed


class PauseForm(ReasonForm):
    """Ask what to hold back."""

    scope = forms.ChoiceField(
        label="Hold back",
        choices=[
            (EVERYTHING, "Everything"),
            (ONE_USER, "One user"),
            *((stage.value, f"Stage: {stage.label}") for stage in StageName),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    user_id = forms.UUIDField(
        required=False,
        label="User id",
        help_text="Only for one user.",
        widget=_text(spellcheck="false"),
    )
    field_order = ("scope", "user_id", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("scope") == ONE_USER and not cleaned.get("user_id"):
            self.add_error("user_id", "Name the user.")
        return cleaned

    @property
    def user(self) -> uuid.UUID | None:
        is_one = self.cleaned_data["scope"] == ONE_USER
        return self.cleaned_data["user_id"] if is_one else None

    @property
    def stage(self) -> StageName | None:
        scope = self.cleaned_data["scope"]
        return None if scope in (EVERYTHING, ONE_USER) else StageName(scope)
