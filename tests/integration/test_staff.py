"""Who may do what, behind every door; and what is written down about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User

from imports import corrections, disclosure, erase, intake, pausing
from imports.actors import NotAllowed, Staff
from imports.models import Conversation, Fact, ImportJob, StaffAction, StageLog, Status
from imports.roles import ROLES, make_roles
from imports.search import Question
from tests.factories import make_job

pytestmark = pytest.mark.django_db

READS = {"view_soulprint", "view_fact", "view_conversation", "read_conversation"}
PRESSES = {
    "start_importjob",
    "retry_importjob",
    "cancel_importjob",
    "pause_importjob",
    "raise_budget_importjob",
    "add_erasure",
    "reject_fact",
}


def _staff(*roles: str) -> Staff:
    account = User.objects.create_user(uuid.uuid4().hex[:12], is_staff=True)
    account.groups.set(Group.objects.filter(name__in=roles))
    return Staff(name="ada", account=account)


def _held_by(role: str) -> set[str]:
    held = Permission.objects.filter(group__name=role)
    return set(held.values_list("codename", flat=True))


# --- roles -----------------------------------------------------------------------------------


def test_every_permission_of_a_role_exists() -> None:
    wanted = {each for permissions in ROLES.values() for each in permissions}

    found = Permission.objects.values_list("content_type__app_label", "codename")

    assert wanted <= {f"{app}.{codename}" for app, codename in found}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("viewer", set()),
        ("operator", PRESSES - {"add_erasure", "reject_fact"}),
        ("content reader", READS | {"reject_fact"}),
        ("admin", READS | PRESSES),
    ],
)
def test_a_role_holds_what_it_is_for(role: str, may: set[str]) -> None:
    held = _held_by(role)

    assert held & (READS | PRESSES) == may
    assert {"view_importjob", "view_staffaction"} <= held


def test_a_role_that_was_changed_by_hand_is_mended() -> None:
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.add(Permission.objects.get(codename="retry_importjob"))
    own = Group.objects.create(name="our own")

    make_roles()

    assert "retry_importjob" not in _held_by("viewer")
    assert Group.objects.filter(id=own.id).exists()


# --- every door asks -------------------------------------------------------------------------


def _failed() -> ImportJob:
    return make_job(status=Status.FAILED, budget_microdollars=1)


def _fact() -> Fact:
    job = make_job()
    return Fact.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        category="home",
        statement="Lives in Leipzig.",
        kind="durable",
        basis="stated",
        confidence=0.9,
        engine="local",
        evidence=[{"quote": "we moved to Leipzig"}],
    )


def _conversation(**fields: Any) -> Conversation:
    job = make_job()
    text = "Where to?To Leipzig."
    return Conversation.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        source_id="c1",
        content_hash=b"x",
        transcript=text,
        shown_length=len(text),
        spans=[
            ["m1", "assistant", "visible", None, 0, 9, True, ""],
            ["m2", "user", "visible", 1700000000, 9, 20, True, "typed"],
        ],
        **fields,
    )


ASKS: dict[str, Callable[[Staff], object]] = {
    "start": lambda who: intake.start(
        user_id=uuid.uuid4(), storage_path="imports/u/x.zip", requested_by=who
    ),
    "retry": lambda who: intake.retry(
        _failed().id, from_stage=None, actor=who, reason="why"
    ),
    "cancel": lambda who: intake.cancel(make_job().id, actor=who, reason="why"),
    "raise": lambda who: intake.raise_budget(
        _failed().id, to_microdollars=2, actor=who, reason="why"
    ),
    "pause": lambda who: pausing.pause(user_id=None, stage=None, actor=who, reason="why"),
    "erase": lambda who: erase.request(uuid.uuid4(), requested_by=who, reason="why"),
    "reject": lambda who: corrections.reject_fact(_fact().id, actor=who, reason="why"),
    "read": lambda who: disclosure.read_conversation(_conversation().id, who=who),
    "quotes": lambda who: disclosure.open_quotes(uuid.uuid4(), target="facts", who=who),
    "search": lambda who: disclosure.search_memory(
        uuid.uuid4(), Question(text="cello"), who=who
    ),
}


@pytest.mark.parametrize("what", ASKS)
def test_whoever_may_only_look_is_refused_and_nothing_is_written(what: str) -> None:
    viewer = _staff("viewer")

    with pytest.raises(NotAllowed):
        ASKS[what](viewer)

    assert not StaffAction.objects.exists()
    assert not StageLog.objects.exists()


@pytest.mark.parametrize("what", ASKS)
def test_what_an_admin_does_is_on_record(what: str) -> None:
    ASKS[what](_staff("admin"))

    assert StaffAction.objects.get().actor == "ada"


def test_the_record_of_a_retry_says_before_and_after() -> None:
    job = _failed()

    intake.retry(job.id, from_stage=None, actor=_staff("operator"), reason="deploy 7")

    done = StaffAction.objects.get()
    assert (done.action, done.job_id, done.reason) == ("retried", job.id, "deploy 7")
    assert (done.before["status"], done.after["status"]) == ("FAILED", "QUEUED")


def test_what_a_service_does_is_no_action_of_staff() -> None:
    intake.retry(_failed().id, from_stage=None, actor="service site", reason="")

    assert not StaffAction.objects.exists()


def test_after_an_erasure_the_record_no_longer_says_whose_it_was() -> None:
    job = _failed()
    staff = _staff("admin")
    intake.retry(job.id, from_stage=None, actor=staff, reason="Marta asked for it")
    intake.cancel(job.id, actor=staff, reason="no")
    erase.request(job.user_id, requested_by=staff)

    erase.erase_due()

    rows = StaffAction.objects.order_by("id")
    assert [row.action for row in rows] == ["retried", "cancelled", "asked to erase"]
    assert {(row.user_id, row.job_id, row.target, row.reason) for row in rows} == {
        (None, None, "", "")
    }


# --- budgets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (Status.FAILED, Status.QUEUED),
        (Status.CANCELLED, Status.QUEUED),
        (Status.RUNNING, Status.RUNNING),
    ],
)
def test_a_larger_budget_lets_an_import_go_on(status: Status, then: Status) -> None:
    job = make_job(status=status, budget_microdollars=5_000_000)

    raised = intake.raise_budget(
        job.id, to_microdollars=8_000_000, actor=_staff("operator"), reason="a long history"
    )

    assert (raised.status, raised.budget_microdollars) == (then, 8_000_000)


@pytest.mark.parametrize(
    ("status", "to"), [(Status.COMPLETE, 9_000_000), (Status.FAILED, 5_000_000)]
)
def test_a_budget_that_changes_nothing_is_refused(status: Status, to: int) -> None:
    job = make_job(status=status, budget_microdollars=5_000_000)

    with pytest.raises(intake.lifecycle.InvalidTransition):
        intake.raise_budget(job.id, to_microdollars=to, actor="ops", reason="why")

    job.reload()
    assert (job.status, job.budget_microdollars) == (status, 5_000_000)


# --- facts and conversations -----------------------------------------------------------------


def test_a_rejected_fact_holds_no_more_and_can_be_taken_back() -> None:
    fact = _fact()
    reader = _staff("content reader")

    assert corrections.reject_fact(fact.id, actor=reader, reason="wrong town")
    assert not Fact.objects.current(fact.user_id).exists()
    assert not corrections.reject_fact(fact.id, actor=reader, reason="again")
    assert corrections.restore_fact(fact.id, actor=reader, reason="right after all")

    assert Fact.objects.current(fact.user_id).get() == fact
    assert StaffAction.objects.count() == 2


def test_a_conversation_is_read_turn_by_turn() -> None:
    shown = disclosure.read_conversation(_conversation().id, who=_staff("content reader"))

    assert [(turn.role, turn.text) for turn in shown.turns] == [
        ("assistant", "Where to?"),
        ("user", "To Leipzig."),
    ]
