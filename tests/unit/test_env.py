"""Reading the environment."""

from __future__ import annotations

import pytest

from soulprint import env


@pytest.mark.parametrize(
    ("written", "size"),
    [("300MB", 300_000_000), ("1.5 GB", 1_500_000_000), ("64k", 64_000), ("12", 12)],
)
def test_sizes_are_read_as_people_write_them(
    written: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMIT", written)

    assert env.size("LIMIT", 0) == size


@pytest.mark.parametrize("written", ["1", "true", "YES", "on"])
def test_a_flag_has_several_words_for_yes(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAG", written)

    assert env.flag("FLAG") is True


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKERS", "  ")

    assert env.whole("WORKERS", 2) == 2


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.whole("IT", 1), "two"),
        (lambda: env.whole("IT", 1, least=1), "0"),
        (lambda: env.flag("IT"), "perhaps"),
        (lambda: env.size("IT", 1), "big"),
        (lambda: env.choice("IT", "a", ("a", "b")), "c"),
        (lambda: env.required("IT", "It is needed."), ""),
    ],
)
def test_what_cannot_be_read_stops_the_start_with_a_sentence_that_names_it(
    read: object, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IT", value)

    with pytest.raises(env.BadSetting, match=r"^IT: .+"):
        read()  # type: ignore[operator]
