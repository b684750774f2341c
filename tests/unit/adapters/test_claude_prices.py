"""What models cost: known, set, or refused."""

from __future__ import annotations

import pytest

from imports.adapters.claude import ClaudeModel, parse_prices
from imports.adapters.claude.capabilities import capability_of, price_of
from imports.adapters.claude.failures import ModelNotConfigured
from imports.ports import Price


@pytest.mark.parametrize(
    ("model", "dollars_in", "dollars_out"),
    [
        ("claude-haiku-4-5-20251001", 1.00, 5.00),
        ("claude-haiku-4-5", 1.00, 5.00),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", 1.00, 5.00),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", 1.10, 5.50),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", 1.10, 5.50),
        ("anthropic.claude-haiku-5-5", 0.10, 0.50),
        ("us.anthropic.claude-haiku-5-5", 0.11, 0.55),
    ],
)
def test_known_models_have_a_price(
    model: str, dollars_in: float, dollars_out: float
) -> None:
    price = price_of(model, prices="")

    assert (price.input, price.output) == (
        round(dollars_in * 1_000_000),
        round(dollars_out * 1_000_000),
    )


def test_reading_a_cache_costs_a_tenth_and_writing_it_a_quarter_more() -> None:
    assert price_of("claude-haiku-4-5", prices="") == Price(
        input=1_000_000, output=5_000_000, cache_read=100_000, cache_write=1_250_000
    )


@pytest.mark.parametrize(
    "text",
    [
        "claude-new=3/15",
        " claude-new=3/15 , other=0.1/0.5",
        '{"claude-new": {"input": 3, "output": 15}}',
    ],
)
def test_prices_can_be_set(text: str) -> None:
    price = ClaudeModel(engine="anthropic", model="claude-new", prices=text).price

    assert (price.input, price.output) == (3_000_000, 15_000_000)


def test_a_model_named_by_arn_can_be_priced() -> None:
    arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"

    assert parse_prices(f"{arn}=1/5")[arn].input == 1_000_000


def test_a_set_price_goes_before_a_known_one() -> None:
    price = price_of("claude-haiku-4-5", prices="claude-haiku-4-5=0.5/2.5")

    assert price.input == 500_000


def test_a_model_without_a_price_is_refused_with_a_sentence() -> None:
    with pytest.raises(
        ModelNotConfigured, match="No price is known for the model claude-x-9"
    ):
        ClaudeModel(engine="bedrock", model="claude-x-9")


@pytest.mark.parametrize(
    "text",
    ["claude=1", "claude=a/b", "=1/2", "claude=-1/2", "{", '{"a": 1}', "claude", "a=nan/1"],
)
def test_prices_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ModelNotConfigured, match="LLM_PRICES cannot be read"):
        parse_prices(text)


def test_an_unknown_model_is_given_a_tool() -> None:
    assert capability_of("some-model").output_mode == "tool"
    assert capability_of("claude-opus-9").output_mode == "tool"
