"""Only checked names reach a store: nothing leads out of the folder of a user."""

from __future__ import annotations

import uuid

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.errors import PermanentFailure
from imports.object_path import BadObjectPath, ObjectPath

USER = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")
OTHER = uuid.UUID("0e0e0e0e-0000-4000-8000-000000000000")
BUCKETS = ("user-imports", "imports")


def parse(text: str) -> ObjectPath:
    return ObjectPath.parse(text, user_id=USER, buckets=BUCKETS)


@pytest.mark.parametrize(
    "name",
    [
        "export.zip",
        "2026/03/export.zip",
        "no extension",
        "a'(b)!*$@=;:+,&_-.json",
        "...",
        "x" * 200,
    ],
)
def test_a_name_of_allowed_characters_is_taken_verbatim(name: str) -> None:
    text = f"imports/{USER}/{name}"

    path = parse(text)

    assert str(path) == text
    assert path.key == f"{USER}/{name}"
    assert path.bucket == "imports"
    assert path.segments == tuple(name.split("/"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Segment 1, '', is not a bucket"),
        ("imports", "not <bucket>/<user id>/<object>"),
        (f"imports/{USER}", "not <bucket>/<user id>/<object>"),
        (f"imports/{USER}/", "Segment 3 is empty"),
        (f"/imports/{USER}/x.zip", "Segment 1, '', is not a bucket"),
        (f"secrets/{USER}/x.zip", "Segment 1, 'secrets', is not a bucket"),
        (f"imports/{OTHER}/x.zip", "Segment 2 is not the id of the user"),
        (f"imports/{str(USER).upper()}/x.zip", "is not the id of a user"),
        (f"imports/{USER.hex}/x.zip", "is not the id of a user"),
        (f"imports/{USER}x/x.zip", "is not the id of a user"),
        (f"imports/{USER}/../{OTHER}/x.zip", "Segment 3, '..', is a step"),
        (f"imports/{USER}/./x.zip", "Segment 3, '.', is a step"),
        (f"imports/{USER}//x.zip", "Segment 3 is empty"),
        (f"imports/{USER}/%2e%2e/x.zip", "Segment 3, '%2e%2e', has a character"),
        (f"imports/{USER}/x.zip?download=1", "has a character"),
        (f"imports/{USER}/x#y.zip", "has a character"),
        (f"imports/{USER}/..\\x.zip", "has a character"),
        (f"imports/{USER}/x\r\nHost: evil", "has a character"),
        (f"imports/{USER}/x\n", "begins or ends with a space"),
        (f"imports/{USER}/x\0.zip", "has a character"),
        (f"imports/{USER}/ x.zip", "begins or ends with a space"),
        (f"imports/{USER}/éxport.zip", r"'\xe9xport.zip', has a character"),
        (f"imports/{USER}/{'x' * 201}", "Segment 3 is longer than 200"),
        (f"imports/{USER}/" + "x/" * 600, "longer than 1024"),
    ],
)
def test_a_refusal_says_which_segment_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadObjectPath) as refusal:
        parse(text)

    assert said in refusal.value.detail
    assert refusal.value.code == "bad_storage_path"


def test_a_number_is_not_a_path() -> None:
    with pytest.raises(BadObjectPath, match="not a text"):
        parse(7)  # type: ignore[arg-type]


def test_a_refusal_is_a_value_error_and_ends_an_import() -> None:
    with pytest.raises(BadObjectPath) as refusal:
        parse("nonsense")

    assert isinstance(refusal.value, ValueError)
    assert isinstance(refusal.value, PermanentFailure)


def test_whoever_it_belongs_to_a_path_must_name_a_user() -> None:
    path = ObjectPath.parse_any(f"imports/{OTHER}/x.zip", buckets=BUCKETS)

    assert path.user_id == OTHER


HOSTILE = st.sampled_from(
    [
        *(
            "..",
            ".",
            "",
            "/",
            "//",
            "\\",
            "%2e%2e",
            "%2f",
            "%5c",
            "%00",
            "?",
            "#",
            "\0",
            "\r\n",
        ),
        *(
            "@evil.example",
            "https://evil.example",
            ":443",
            "~",
            " ",
            "\u202e",
            "\uff0e\uff0e",
            "é",
        ),
        *("imports", "user-imports", "auth", str(USER), str(OTHER), "x.zip", "export.json"),
    ]
)
PATHS = st.lists(HOSTILE | st.text(max_size=4), max_size=8).flatmap(
    lambda pieces: st.sampled_from(["/", ""]).map(lambda joint: joint.join(pieces))
)


def accepted(text: str) -> ObjectPath | None:
    try:
        return parse(text)
    except BadObjectPath:
        return None


def leads_below(path: ObjectPath, root: str) -> bool:
    """Ask an HTTP client where it would go."""
    url, folder = httpx.URL(root + str(path)), httpx.URL(f"{root}imports/{USER}/")
    is_plain = not url.query and not url.fragment
    return is_plain and url.host == folder.host and url.raw_path.startswith(folder.raw_path)


@settings(max_examples=1_000)
@given(tail=PATHS)
def test_no_hostile_path_leaves_the_folder_of_the_user(tail: str) -> None:
    path = accepted(f"imports/{USER}/{tail}")

    assert path is None or leads_below(path, "https://project.example/storage/v1/object/")


@settings(max_examples=1_000)
@given(text=PATHS | PATHS.map(lambda tail: f"imports/{USER}/{tail}"))
def test_what_is_accepted_is_exactly_what_was_given(text: str) -> None:
    path = accepted(text)

    assert path is None or (str(path), path.user_id) == (text, USER)
