"""Soulprints, facts and conversations: who may read what people said, and what is kept of it."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imports import erase
from imports.models import Conversation, Fact, Soulprint, StaffAction
from imports.search import Excerpt, Mark, Turn
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db

SENT = {"_form_submitted": "True", "reason": "because"}
QUOTE = "careful, I&#x27;m allergic to walnuts"


@pytest.fixture
def house(db: None) -> uuid.UUID:
    """Fill it; give whose history is in it."""
    user_id = uuid.uuid4()
    furnish_person(user_id=user_id)
    return user_id


def _page(row: Any) -> str:
    return reverse(f"admin:imports_{row._meta.model_name}_change", args=[row.id])


def _actions() -> list[str]:
    return list(StaffAction.objects.order_by("id").values_list("action", flat=True))


# --- soulprints ------------------------------------------------------------------------------


def test_who_reads_a_soulprint_is_on_record(house: uuid.UUID, reader: Client) -> None:
    full = Soulprint.objects.of_user(house)[0]
    kept_before = _actions()

    reader.get(_page(full))

    done = StaffAction.objects.order_by("id").last()
    assert _actions() == [*kept_before, "read a soulprint"]
    assert done is not None
    assert (done.target, done.user_id) == (f"soulprint {full.id}", house)


def test_two_versions_stand_side_by_side(house: uuid.UUID, reader: Client) -> None:
    full, quick = Soulprint.objects.of_user(house)
    Soulprint.objects.filter(id=quick.id).update(soul={"tone": "Solemn."})

    page = reader.get(f"{_page(full)}?beside={quick.id}")

    sections = {each.name: each for each in page.context["sections"]}
    assert (sections["soul"].is_same, sections["identity"].is_same) == (False, True)
    assert "Solemn." in page.content.decode()
    assert "Not written in that pass." in page.content.decode()


@pytest.mark.parametrize("asked", ["nonsense", "11111111-1111-4111-8111-111111111111"])
def test_beside_nonsense_stands_nothing(
    asked: str, house: uuid.UUID, reader: Client
) -> None:
    full = Soulprint.objects.of_user(house)[0]

    assert reader.get(f"{_page(full)}?beside={asked}").context["other"] is None


def test_quotes_are_hidden_until_they_are_asked_for(
    house: uuid.UUID, reader: Client
) -> None:
    full = Soulprint.objects.of_user(house)[0]

    closed = reader.get(_page(full)).content.decode()
    kept_before = _actions()
    opened = reader.get(f"{_page(full)}?quotes=yes").content.decode()

    assert "Is allergic to walnuts." in closed
    assert QUOTE not in closed
    assert "read quotes" not in kept_before
    assert QUOTE in opened
    assert "read quotes" in _actions()


def test_a_soulprint_page_takes_few_questions(
    house: uuid.UUID, reader: Client, django_assert_max_num_queries: Any
) -> None:
    full, quick = Soulprint.objects.of_user(house)

    with django_assert_max_num_queries(15):
        reader.get(f"{_page(full)}?beside={quick.id}&quotes=yes")


# --- facts -----------------------------------------------------------------------------------


def test_a_fact_is_rejected_and_taken_back(house: uuid.UUID, reader: Client) -> None:
    fact = Fact.objects.get(category="health")

    rejected = reader.post(
        _page(fact).replace("change", "reject"), SENT, follow=True
    ).content.decode()
    gone = Fact.objects.current(house).filter(id=fact.id)
    assert "somebody rejected it" in rejected
    assert not gone.exists()
    reader.post(_page(fact).replace("change", "restore"), SENT)

    assert Fact.objects.current(house).filter(id=fact.id).exists()
    assert {"rejected a fact", "took back a rejection"} <= set(_actions())


@pytest.mark.parametrize(
    "address",
    [
        "56e94732-b63b-4328-a704-264c691d1442/reject",
        "56e94732-b63b-4328-a704-264c691d1442/restore",
        "nonsense/reject",
    ],
)
def test_a_fact_that_is_gone_is_not_found(address: str, reader: Client) -> None:
    answer = reader.post(f"/admin/imports/fact/{address}/", SENT)

    assert answer.status_code == 404


def test_only_the_fitting_button_is_shown(house: uuid.UUID, reader: Client) -> None:
    fact = Fact.objects.get(category="health")

    shown = reader.get(_page(fact)).context["actions_detail"]

    assert [button["title"] for button in shown] == ["Reject this fact"]


# --- conversations ---------------------------------------------------------------------------


def _said(title: str = "Cello practice plan") -> Conversation:
    conversation = Conversation.objects.get(title=title)
    text = "secret <b>text</b>"
    spans = [["m1", "user", "visible", 1_700_000_000, 0, len(text), True, "typed"]]
    Conversation.objects.filter(id=conversation.id).update(
        transcript=text, shown_length=len(text), spans=spans
    )
    return conversation


def test_a_conversation_is_read_behind_a_button_and_that_is_kept(
    house: uuid.UUID, reader: Client
) -> None:
    conversation = _said()

    page = reader.get(_page(conversation)).content.decode()
    kept_before = _actions()
    said = reader.get(
        f"/admin/imports/conversation/{conversation.id}/read/"
    ).content.decode()

    assert "secret" not in page
    assert kept_before == []
    assert "secret &lt;b&gt;text&lt;/b&gt;" in said
    [read] = StaffAction.objects.all()
    assert (read.actor, read.action, read.user_id) == ("ada", "read a conversation", house)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_without_the_permission_nothing_is_read_and_nothing_kept(
    role: str, house: uuid.UUID, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(role)
    conversation = _said()

    answers = [
        client.get(f"/admin/imports/conversation/{conversation.id}/read/").status_code,
        client.post(
            "/admin/imports/conversation/search/", {"user_id": house, "question": "cello"}
        ).status_code,
        client.post(
            _page(Fact.objects.all()[0]).replace("change", "reject"), SENT
        ).status_code,
    ]

    assert answers == [403, 403, 403]
    assert _actions() == []


def test_a_conversation_that_is_not_there_is_not_found(reader: Client) -> None:
    address = f"/admin/imports/conversation/{uuid.uuid4()}/read/"

    assert reader.get(address).status_code == 404


# --- the search ------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Conversation, Fact, Soulprint])
def test_nothing_is_shown_of_who_has_asked_to_be_erased(
    model: type[Any], house: uuid.UUID, reader: Client
) -> None:
    row = model.objects.filter(user_id=house).first()
    kept_before = _actions()
    erase.request(house, requested_by="test")

    page = reader.get(_page(row))
    listed = reader.get(reverse(f"admin:imports_{model._meta.model_name}_changelist"))

    assert (page.status_code, listed.context["cl"].result_count) == (302, 0)
    assert _actions() == kept_before


def test_a_search_is_kept_without_its_words(house: uuid.UUID, reader: Client) -> None:
    address = "/admin/imports/conversation/search/"

    page = reader.post(address, {"user_id": house, "question": "walnuts"})

    kept = StaffAction.objects.values().get()
    assert page.context["hits"] == []
    assert kept["action"] == "searched the memory"
    assert "walnuts" not in json.dumps(kept, default=str)


def test_who_says_what_of_a_hit_is_told(
    house: uuid.UUID, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Tune it first. My cello is old."
    hit = SimpleNamespace(
        text=text, title="Music", at=None, role="user", score=0.9, conversation_id=house,
        turns=[Turn(role="assistant", start=0), Turn(role="user", start=15)],
        excerpt=Excerpt(text=text, marks=(Mark(start=18, end=23),), start=0, end=len(text)),
    )  # fmt: skip
    monkeypatch.setattr("imports.disclosure.search", lambda *_: [hit])

    page = reader.post(
        "/admin/imports/conversation/search/", {"user_id": house, "question": "cello"}
    ).content.decode()

    assert '<b class="c-quiet">assistant</b> <bdi>Tune it first. </bdi></p>' in page
    assert (
        '<b class="c-quiet">user</b> <bdi>My <mark>cello</mark> is old.</bdi></p>' in page
    )


def test_a_search_without_a_user_says_so(reader: Client) -> None:
    page = reader.post(
        "/admin/imports/conversation/search/", {"user_id": "x", "question": "walnuts"}
    )

    assert "valid UUID" in page.content.decode()
    assert _actions() == []


# --- the record ------------------------------------------------------------------------------


def test_the_record_shows_what_changed_and_cannot_be_changed(
    house: uuid.UUID, admin: Client
) -> None:
    fact = Fact.objects.get(category="health")
    admin.post(_page(fact).replace("change", "reject"), SENT)
    kept = StaffAction.objects.get(action="rejected a fact")

    listed = admin.get(f"/admin/imports/staffaction/?q={house}").content.decode()
    admin.post(_page(kept), {"reason": "another one"})
    admin.post(_page(kept).replace("change", "delete"), {"post": "yes"})

    kept.refresh_from_db()
    assert "rejected a fact" in listed
    assert "superseded reason" in listed
    assert kept.reason == "because"


@pytest.mark.parametrize(
    "query",
    [
        "conversation/?transcript__contains=walnuts",
        "conversation/?spans__icontains=m1",
        "fact/?evidence__icontains=walnuts",
        "soulprint/?soul__icontains=honesty",
        "importjob/?storage_path__regex=(",
        "importjob/?created_at__year=99999",
        "fact/?category__regex=(",
    ],
)
@pytest.mark.usefixtures("house")
def test_no_list_is_narrowed_by_what_stands_in_a_row(query: str, chief: Client) -> None:
    answer = chief.get(f"/admin/imports/{query}")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "count"),
    [("user_id={user}", 5), ("category=health", 2)],
)
def test_a_list_is_narrowed_by_its_user_and_its_filters(
    query: str, count: int, house: uuid.UUID, chief: Client
) -> None:
    furnish_person(user_id=uuid.uuid4())

    page = chief.get(f"/admin/imports/fact/?{query.format(user=house)}")

    assert page.context["cl"].result_count == count
