"""The limiter, the back-off, and the cost of importing adapters."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from imports.adapters.limiter import Limiter
from imports.adapters.retrying import Backoff, retry_after_seconds


def use(limiter: Limiter, *, throttled: bool = False) -> None:
    with limiter.slot() as slot:
        if throttled:
            slot.throttled()


def test_every_answer_raises_the_limit_by_one_until_a_refusal() -> None:
    limiter = Limiter(start=4, most=12)

    [use(limiter) for _ in range(4)]

    assert limiter.limit == 8


def test_behind_a_refusal_the_limit_rises_slowly() -> None:
    limiter = Limiter(start=10, most=12)
    use(limiter, throttled=True)

    [use(limiter) for _ in range(7)]

    assert limiter.limit == 7


def test_the_limit_never_passes_its_ceiling() -> None:
    limiter = Limiter(start=4, most=6)

    [use(limiter) for _ in range(100)]

    assert limiter.limit == 6


def test_a_burst_of_refusals_cuts_the_limit_once() -> None:
    limiter = Limiter(start=10, most=12)

    [use(limiter, throttled=True) for _ in range(5)]

    assert limiter.limit == 6


def test_one_request_may_always_be_in_flight() -> None:
    limiter = Limiter(start=1)

    use(limiter, throttled=True)

    assert limiter.limit == 1


def test_a_full_limiter_makes_others_wait_until_a_slot_is_free() -> None:
    limiter = Limiter(start=1, most=1)
    entered = threading.Event()
    waiting = threading.Thread(target=lambda: (use(limiter), entered.set()))

    with limiter.slot():
        waiting.start()
        was_blocked = not entered.wait(0.05)
    waiting.join(5)

    assert was_blocked
    assert entered.is_set()


def test_an_error_gives_its_slot_back() -> None:
    limiter = Limiter(start=1, most=1)
    with pytest.raises(ZeroDivisionError), limiter.slot():
        raise ZeroDivisionError

    use(limiter)

    assert limiter.limit == 1


@pytest.mark.parametrize("number", [1, 2, 5, 50])
def test_a_wait_lies_below_its_ceiling(number: int) -> None:
    waits = [Backoff().seconds(number, None) for _ in range(50)]

    assert 0 <= min(waits) <= max(waits) <= min(8, 0.5 * 2**number)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("86400", 900),
        ("-4", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_is_read_and_bounded(header: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": header}) == seconds


def test_importing_every_adapter_loads_no_sdk() -> None:
    code = (
        "import sys, django; django.setup()\n"
        "import imports.adapters, imports.adapters.claude, imports.adapters.titan\n"
        "import imports.adapters.local_embedder, imports.adapters.local_analyst\n"
        "from imports.adapters.claude import ClaudeModel\n"
        "from imports.adapters.titan import TitanEmbedder\n"
        "ClaudeModel(engine='bedrock'); TitanEmbedder(region='us-east-1')\n"
        "loaded = {'anthropic', 'boto3', 'botocore', 'numpy', 'tokenizers'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(loaded)) or None)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "soulprint.settings"},
    )

    assert (ended.returncode, ended.stderr) == (0, "")
