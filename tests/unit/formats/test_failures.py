from __future__ import annotations

import inspect
import re

import pytest

from imports.errors import PermanentFailure
from imports.formats import failures

ALL = [
    each
    for _, each in inspect.getmembers(failures, inspect.isclass)
    if issubclass(each, failures.ExportFailure)
]


def test_every_failure_has_a_code_of_its_own() -> None:
    codes = [each.code for each in ALL]

    assert len(set(codes)) == len(codes)
    assert PermanentFailure.code not in codes


@pytest.mark.parametrize("failure", ALL)
def test_a_failure_says_what_happened_and_what_to_do(
    failure: type[failures.ExportFailure],
) -> None:
    assert re.fullmatch(r"[A-Z].*\.", failure.title())
    assert re.fullmatch(r"[A-Z].*\.", failure().detail)
    assert not failure.retryable
