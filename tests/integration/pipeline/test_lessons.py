"""What an embedder learned of a person: kept, used by every search, and never mixed."""

from __future__ import annotations

import io
import uuid

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db.transaction import atomic

from imports.adapters.local_embedder import LocalEmbedder
from imports.models import Chunk, ImportJob, Lesson, Status
from imports.pipeline import embed
from imports.pipeline.embed.aim import aimed
from imports.search import Question, search
from tests.factories import NOW, make_job
from tests.integration.pipeline.test_embed import Letters
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def job() -> ImportJob:
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(job, ["My sister plays the cello.", "What a fine thing to play."])
    remember(job, ["The thing is that the train was late."])
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]
    return job


def spaces() -> set[str]:
    return set(
        Chunk.objects.exclude(tier="macro").values_list("embedding_space", flat=True)
    )


def end(job: ImportJob) -> None:
    ImportJob.objects.filter(id=job.id).update(
        status=Status.COMPLETE, finished_at=NOW, lease_expires_at=None
    )


def test_all_vectors_of_a_person_are_of_the_space_that_was_learned(job: ImportJob) -> None:
    learned = LocalEmbedder().taught(bytes(Lesson.objects.get().content))

    assert spaces() == {learned.space}
    assert learned.space.startswith("local/wordllama-l2/256/sif2-")


def test_what_is_common_counts_for_less(job: ImportJob) -> None:
    plain, learned = (
        LocalEmbedder(),
        LocalEmbedder().taught(bytes(Lesson.objects.get().content)),
    )

    cosines = [np.dot(*each.embed(["the thing", "the cello"])) for each in (plain, learned)]

    assert cosines[1] < cosines[0]


def test_a_person_with_other_words_has_another_space(job: ImportJob) -> None:
    other = make_job(status=Status.RUNNING)
    remember(other, ["Ein ganz anderes Leben in anderen Worten."])

    list(embed.run(other, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    assert len(spaces()) == 2


def test_the_same_history_of_somebody_else_teaches_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("imports.pipeline.embed.lessons._SAMPLE", 5)
    for _ in range(2):
        job = make_job(user_id=uuid.uuid4(), status=Status.RUNNING)
        for number in range(20):
            remember(job, [f"Number{number} is a word."], source_id=f"c{number}")
        list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    assert Lesson.objects.count() == 2
    assert len(set(Lesson.objects.values_list("aim", flat=True))) == 1
    assert len(spaces()) == 1


def test_what_is_new_is_embedded_in_the_space_that_is_there(job: ImportJob) -> None:
    before = dict(Chunk.objects.values_list("id", "embedding"))
    space = spaces()
    remember(job, ["Something new about a lighthouse."])

    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    after = dict(Chunk.objects.values_list("id", "embedding"))
    assert spaces() == space
    assert {id_: after[id_] for id_ in before} == before


def test_a_memory_that_outgrew_its_lesson_is_learned_and_embedded_anew(
    job: ImportJob,
) -> None:
    former = spaces()
    for number in range(12):
        remember(job, [f"The lighthouse keeper wrote letter {number} about the storm."])

    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    assert len(spaces()) == 1
    assert spaces() != former
    assert "" not in spaces()


def test_another_embedder_clears_what_it_cannot_compare(job: ImportJob) -> None:
    remember(job, ["abc"])

    list(embed.run(job, Ports(embedder=Letters())))  # type: ignore[arg-type]

    assert spaces() == {"letters/3"}


def test_reembed_makes_every_vector_anew(job: ImportJob) -> None:
    end(job)
    Lesson.objects.all().delete()
    Chunk.objects.exclude(tier="macro").update(embedding=[1, 0], embedding_space="old/2")
    said = io.StringIO()

    call_command("reembed", str(USER), stdout=said)

    (space,) = spaces()
    assert said.getvalue() == f"0 of 4 chunks\n4 of 4 chunks\nspace {space}\n"
    assert search(USER, Question(text="cello"))[0].text.startswith("My sister")


def test_reembed_that_breaks_off_is_completed_by_the_next_import(
    job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "BATCH_CHUNKS", 1)
    again = embed.again(USER, Ports(embedder=Letters()), writing=job.writing)  # type: ignore[arg-type]
    next(again)
    again.close()  # type: ignore[attr-defined]

    list(embed.run(job, Ports(embedder=Letters())))  # type: ignore[arg-type]

    assert spaces() == {"letters/3"}


def test_reembed_leaves_a_person_alone_whose_import_is_active(job: ImportJob) -> None:
    former = spaces()

    with pytest.raises(CommandError, match="active"):
        call_command("reembed", str(USER))

    assert spaces() == former


def test_an_import_that_brings_nothing_new_still_changes_to_the_embedder_of_today(
    job: ImportJob,
) -> None:
    Chunk.objects.exclude(tier="macro").update(embedding=[1, 0], embedding_space="old/2")

    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    (space,) = spaces()
    assert space.startswith("local/")


def test_reembed_all_finds_who_needs_it_and_leaves_the_others(job: ImportJob) -> None:
    end(job)
    well = make_job(status=Status.COMPLETE)
    foreign = make_job(status=Status.COMPLETE)
    half = make_job(status=Status.COMPLETE)
    for each in (well, foreign, half):
        remember(each, ["The lighthouse keeper writes letters."])
        list(embed.again(each.user_id, Ports(embedder=LocalEmbedder()), writing=atomic))  # type: ignore[arg-type]
    theirs = Chunk.objects.filter(user_id=foreign.user_id).exclude(embedding=None)
    theirs.update(embedding=[1, 0], embedding_space="old/2")
    Chunk.objects.filter(user_id=half.user_id, tier="micro").update(
        embedding=None, embedding_space=""
    )
    said = io.StringIO()

    call_command("reembed", all=True, stdout=said)

    people = {line.rstrip(":") for line in said.getvalue().splitlines() if line[-1] == ":"}
    assert people == {str(foreign.user_id), str(half.user_id)}
    assert {space.split("/")[0] for space in spaces()} == {"local"}


def test_reembed_all_leaves_who_is_busy_and_says_so(job: ImportJob) -> None:
    Chunk.objects.exclude(tier="macro").update(embedding=[1, 0], embedding_space="old/2")
    said = io.StringIO()

    with pytest.raises(CommandError, match="1 to do later"):
        call_command("reembed", all=True, stdout=said)

    assert "left as it is: An import of this person is active" in said.getvalue()
    assert spaces() == {"old/2"}


def test_a_question_is_aimed_by_the_memory_that_it_is_put_to(job: ImportJob) -> None:
    (vector,) = LocalEmbedder().embed(["When was the thing late?"])

    turned = aimed(USER, vector, base_space=LocalEmbedder().space)

    assert np.linalg.norm(turned) == pytest.approx(1, abs=1e-6)
    assert 0.5 < vector @ turned < 1


def test_a_lesson_from_before_questions_were_aimed_finds_as_it_did(job: ImportJob) -> None:
    Lesson.objects.update(aim=None)
    (vector,) = LocalEmbedder().embed(["late"])

    turned = aimed(USER, vector, base_space=LocalEmbedder().space)

    assert (turned == vector).all()
    assert "train was late" in search(USER, Question(text="Which train was late?"))[0].text


def test_an_import_aims_what_an_earlier_one_was_killed_before(job: ImportJob) -> None:
    undisturbed = bytes(Lesson.objects.get().aim or b"")
    Lesson.objects.update(aim=None)

    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    assert bytes(Lesson.objects.get().aim or b"") == undisturbed != b""
