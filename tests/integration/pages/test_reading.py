"""The soulprint as a page: sections, proof, pictures, search, and taking it along."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from imports.models import Erasure, Fact, Soulprint
from imports.pages.pictures import by_hour, over_time, shares
from imports.search import Turn
from tests.integration.pages.people import USER
from tests.memories import remember
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db


def make_hit(text: str, *, start: int, end: int) -> SimpleNamespace:
    """Make what the page shows of a hit."""
    mark = SimpleNamespace(start=start, end=end)
    return SimpleNamespace(
        text=text, title="Music", at=datetime(2025, 5, 1, tzinfo=UTC), role="user",
        facts=("Plays the cello",), turns=[Turn(role="user", start=0)],
        excerpt=SimpleNamespace(text=text, marks=[mark], start=0, end=len(text)),
    )  # fmt: skip


def test_without_a_soulprint_the_page_says_how_to_get_one(client: Client) -> None:
    answer = client.get("/soulprint/")

    assert b"No soulprint yet" in answer.content


def test_a_soulprint_is_set_as_text_with_its_facts_and_their_proof(client: Client) -> None:
    furnish_person(user_id=USER)

    page = client.get("/soulprint/").content.decode()

    assert "<h1>Wren</h1>" in page
    assert "Builder&#x27;s co-pilot" in page
    assert "Made without a language model" in page
    assert "Is allergic to walnuts." in page
    assert "careful, I&#x27;m allergic to walnuts" in page


def test_a_proof_says_in_which_conversation_it_was_said(client: Client) -> None:
    job = furnish_person(user_id=USER)
    told = remember(job, ["I play the cello"], title="Music <b>at</b> home")
    Fact.objects.create(
        id=uuid.uuid4(), user_id=USER, job=job, category="preference", slot="hobby",
        statement="Plays the cello", kind="durable", basis="stated", confidence=0.99,
        engine="local", evidence=[
            {"quote": "I play the cello", "at": "2025-05-01", "conversation_id": str(told.id)},
        ],
    )  # fmt: skip

    page = client.get("/soulprint/").content.decode()

    where = "<cite>Music &lt;b&gt;at&lt;/b&gt; home</cite>"
    assert f">1 May 2025</time>, in {where}</footer>" in page


def test_an_old_employer_is_told_as_of_its_time(client: Client) -> None:
    job = furnish_person(user_id=USER)
    for name, year in (("Marlowe", 2023), ("Heron", 2025)):
        Fact.objects.create(
            id=uuid.uuid4(), user_id=USER, job=job, category="work", slot="employer",
            statement=f"Works at {name}", kind="durable", basis="stated", confidence=0.99,
            last_seen_at=datetime(year, 12, 13, tzinfo=UTC), engine="local",
            evidence=[{"quote": f"I work at {name}", "at": f"{year}-12-13"}],
        )  # fmt: skip

    page = client.get("/soulprint/").content.decode()
    markdown = b"".join(client.get("/soulprint.md")).decode()

    assert 'Works at Marlowe <span class="soft">as of December 2023</span>' in page
    assert "Works at Heron</span>" in page
    assert page.index("Works at Heron") < page.index("Works at Marlowe")
    assert "- Works at Marlowe (as of December 2023)" in markdown
    assert "- Works at Heron\n" in markdown


def test_earlier_versions_can_be_read(client: Client) -> None:
    furnish_person(user_id=USER)
    quick = Soulprint.objects.get(pass_name="quick")

    page = client.get(f"/soulprint/{quick.id}/").content.decode()

    assert "First version" in page
    assert 'id="memory"' not in page


def test_nobody_elses_soulprint_can_be_read(client: Client) -> None:
    furnish_person(user_id=uuid.uuid4())
    other = Soulprint.objects.first()

    assert other
    assert client.get(f"/soulprint/{other.id}/").status_code == 404
    assert b"No soulprint yet" in client.get("/soulprint/").content


def test_what_a_person_wrote_cannot_become_markup(client: Client) -> None:
    furnish_person(user_id=USER)
    Soulprint.objects.update(ai_name="<img src=x onerror=alert(1)>")

    assert b"<img src=x" not in client.get("/soulprint/").content


def test_what_was_asked_for_is_marked_and_what_was_said_is_no_markup(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = make_hit("<b>the cello</b> of Ada", start=7, end=12)
    monkeypatch.setattr("imports.disclosure.search", lambda *_: [hit])

    piece = client.get("/soulprint/search?q=cello", headers={"X-Piece": "1"})
    whole = client.get("/soulprint/search?q=cello")

    expected = "&lt;b&gt;the <mark>cello</mark>&lt;/b&gt; of Ada"
    assert expected in piece.content.decode()
    assert "Plays the cello" in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert expected in whole.content.decode()
    assert "<html" in whole.content.decode()


def test_who_says_what_of_a_hit_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = make_hit("Tune it first.\n\nMy cello is old.\n\nThen be gentle", start=6, end=11)
    hit.turns = [
        Turn(role=role, start=start)
        for role, start in (("assistant", 0), ("user", 16), ("assistant", 34))
    ]
    hit.excerpt.text, hit.excerpt.start, hit.excerpt.end = hit.text[13:38], 13, 38
    monkeypatch.setattr("imports.disclosure.search", lambda *_: [hit])

    page = client.get("/soulprint/search?q=cello").content.decode()

    said = re.findall(r'<p class="hit-text">(.*?)</p>', page, re.DOTALL)
    assert [re.sub(r"<.*?>|\s+", " ", each).split() for each in said] == [
        ["The", "assistant", "…", "."],
        ["You", "My", "cello", "is", "old."],
        ["The", "assistant", "Then", "…"],
    ]
    assert "My <mark>cello</mark>" in page


def test_what_is_said_from_right_to_left_does_not_turn_with_the_one_who_says_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = make_hit("اغسل الأرز (2 kg).", start=0, end=4)
    hit.turns = [Turn(role="user", start=0)]
    monkeypatch.setattr("imports.disclosure.search", lambda *_: [hit])

    page = client.get("/soulprint/search?q=x").content.decode()

    assert re.search(r"You</b> <bdi>.*\(2 kg\)\.</bdi>", page)


def test_a_wrong_fact_is_taken_out_and_back_in(client: Client) -> None:
    furnish_person(user_id=USER)
    fact = Fact.objects.current(USER).get(statement__contains="walnuts")

    answer = client.post(f"/facts/{fact.id}/reject")
    without = client.get("/soulprint/").content.decode()
    known = list(Fact.objects.current(USER).values_list("id", flat=True))
    client.post(f"/facts/{fact.id}/restore")

    assert answer["Location"] == f"/soulprint/#fact-{fact.id}"
    assert "<s>Is allergic to walnuts.</s>" in without
    assert fact.id not in known
    assert fact in Fact.objects.current(USER)


def test_nobody_takes_a_fact_out_for_somebody_else(
    client: Client, admin_client: Client
) -> None:
    other = uuid.uuid4()
    furnish_person(user_id=other)
    fact = Fact.objects.current(other).first()
    assert fact

    answers = [
        client.post(f"/facts/{fact.id}/reject"),
        admin_client.post(f"/people/{other}/facts/{fact.id}/reject"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert fact in Fact.objects.current(other)


def test_what_was_only_implied_is_said_to_be_uncertain(client: Client) -> None:
    furnish_person(user_id=USER)
    Fact.objects.filter(user_id=USER, statement__contains="walnuts").update(confidence=0.45)

    page = client.get("/soulprint/").content.decode()

    assert page.count("not certain") == 1


def test_facts_with_their_proof_are_not_told_once_more_as_memory(client: Client) -> None:
    furnish_person(user_id=USER)
    current = Soulprint.objects.of_user(USER).first()
    assert current

    now, then = (
        client.get(f"/soulprint/{version}").content.decode()
        for version in ("", f"{current.id}/")
    )

    assert [page.count("<h3>Family</h3>") for page in (now, then)] == [1, 2]


def test_nothing_stands_on_the_page_twice(client: Client) -> None:
    furnish_person(user_id=USER)

    page = client.get("/soulprint/").content.decode()

    assert [page.count(each) for each in (">cello<", ">coding<")] == [1, 1]


@pytest.mark.parametrize(
    ("question", "words"),
    [("cello", "Nothing was found"), ("x" * 2001, "Ask with at most")],
)
def test_a_search_without_hits_says_so(question: str, words: str, client: Client) -> None:
    answer = client.get("/soulprint/search", {"q": question}, headers={"X-Piece": "1"})

    assert words in answer.content.decode()


def test_one_is_not_told_as_many() -> None:
    picture = over_time({"2024-11": 1})
    (model,) = shares({"gpt-5": 1}, whole=4, unit="conversations")

    assert picture
    assert picture.sentence == "1 conversation, all in November 2024."
    assert model.value == "1 conversation"


def test_a_month_without_a_conversation_is_an_empty_place() -> None:
    picture = over_time({"2024-11": 4, "2025-02": 2})

    assert picture
    assert [bar.height for bar in picture.bars] == [150, 0, 0, 75]
    assert [bar.label for bar in picture.bars][1] == "December 2024"
    assert picture.sentence == (
        "6 conversations from November 2024 to February 2025; most, 4, in November 2024."
    )


def test_the_busiest_hour_is_said_in_words() -> None:
    picture = by_hour([0] * 21 + [7, 3, 0])

    assert picture
    assert "10 messages by the hour of the day, in UTC; most, 7, between 21:00" in (
        picture.sentence
    )


def test_nothing_is_drawn_of_nothing() -> None:
    assert over_time({}) is None
    assert by_hour([0] * 24) is None


def test_a_soulprint_has_its_pictures(client: Client) -> None:
    furnish_person(user_id=USER)

    page = client.get("/soulprint/").content.decode()

    assert "4 conversations, all in January 2025." in page
    assert "<svg" in page


def test_a_soulprint_as_markdown_holds_sections_facts_and_quotes(client: Client) -> None:
    furnish_person(user_id=USER)

    answer = client.get("/soulprint.md")

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="soulprint.md"'
    assert "# Wren" in text
    assert "## Ways of working" in text
    assert "- Is allergic to walnuts." in text
    assert (
        "- Is allergic to walnuts.\n  - “careful, I'm allergic to walnuts” (2024-03-09)"
        in text
    )


def test_a_soulprint_as_json_holds_the_same(client: Client) -> None:
    furnish_person(user_id=USER)

    body = json.loads(b"".join(client.get("/soulprint.json").streaming_content))  # type: ignore[attr-defined]

    assert body["sections"]["identity"]["ai_name"] == "Wren"
    assert {fact["statement"] for fact in body["facts"]} >= {"Is allergic to walnuts."}


@pytest.mark.parametrize("address", ["/soulprint.md", "/soulprint.json"])
def test_there_is_nothing_to_take_along_before(address: str, client: Client) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/soulprint.md", "/soulprint.json"])
def test_nothing_is_taken_along_that_is_being_erased(address: str, client: Client) -> None:
    furnish_person(user_id=USER)
    Erasure.objects.create(user_id=USER, requested_by="ada")

    assert client.get(address).status_code == 404
    assert b"No soulprint yet" in client.get("/soulprint/").content


@pytest.mark.parametrize("address", ["/", "/progress", "/soulprint/", "/soulprint.md"])
def test_a_page_may_be_asked_for_its_head(address: str, client: Client) -> None:
    furnish_person(user_id=USER)

    answer = client.head(address)

    assert answer.status_code == 200
    assert not answer.getvalue()  # type: ignore[attr-defined]


def test_nothing_is_erased_until_the_person_says_yes(client: Client) -> None:
    furnish_person(user_id=USER)

    client.post("/erase")
    assert not Erasure.objects.exists()
    answer = client.post("/erase", {"sure": "yes"})

    assert Erasure.objects.get().user_id == USER
    assert answer["Location"] == "/?erased"
    assert client.get("/progress").json()["status"] == "erasing"
