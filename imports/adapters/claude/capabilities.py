"""What each model of Claude can do and costs; a model without a price is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from imports.adapters.claude.failures import ModelNotConfigured
from imports.ports import Price

Engine = Literal["anthropic", "bedrock"]
OutputMode = Literal["native", "tool"]

DEFAULT_MODELS: Mapping[Engine, str] = {
    "anthropic": "claude-haiku-4-5-20251001",
    "bedrock": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
}
# Models with a versioned id on Bedrock know this version only; newer ones take it as well.
BEDROCK_VERSION = "bedrock-2023-05-31"

_REGIONAL = re.compile(r"^(?:us|eu|apac|jp|au|us-gov)\.")
_FAMILY = re.compile(r"claude-[a-z]+-\d+(?:-\d{1,2})?(?!\d)|claude-\d+(?:-\d{1,2})?-[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """How to speak with one model. The price is in dollars per million tokens."""

    output_mode: OutputMode = "native"
    output_mode_on_bedrock: OutputMode = "native"
    thinks_by_itself: bool = False
    input_price: Decimal | None = None
    output_price: Decimal | None = None


_KNOWN: Mapping[str, Capability] = {
    "claude-haiku-4-5": Capability(
        input_price=Decimal("1.00"), output_price=Decimal("5.00")
    ),
    "claude-haiku-5-5": Capability(
        output_mode_on_bedrock="tool",
        thinks_by_itself=True,
        input_price=Decimal("0.10"),
        output_price=Decimal("0.50"),
    ),
}
# A tool works on every model, so it is what an unknown one gets.
_UNKNOWN = Capability(output_mode="tool", output_mode_on_bedrock="tool")


def capability_of(model: str) -> Capability:
    """Look up a model by its family, whatever its region, date and version."""
    found = _FAMILY.search(model)
    return _KNOWN.get(found.group(), _UNKNOWN) if found else _UNKNOWN


def price_of(model: str, *, prices: str) -> Price:
    """Give the price of a model, as set or as known.

    :raises ModelNotConfigured: nobody knows it
    """
    if model in (given := parse_prices(prices)):
        return given[model]
    known = capability_of(model)
    if known.input_price is None or known.output_price is None:
        raise ModelNotConfigured(
            f"No price is known for the model {model}. Set LLM_PRICES to "
            f'"{model}=<input>/<output>", in dollars per million tokens.'
        )
    # A profile that stays within one region costs a tenth more than a global one.
    surcharge = Decimal("1.1") if _REGIONAL.match(model) else Decimal(1)
    return _price(known.input_price * surcharge, known.output_price * surcharge)


def parse_prices(text: str) -> dict[str, Price]:
    """Read ``model=input/output, ...`` or ``{"model": {"input": 1, "output": 5}}``.

    :raises ModelNotConfigured: it is neither
    """
    text = text.strip()
    try:
        entries = _from_json(text) if text.startswith("{") else _from_pairs(text)
        return {model: _price(Decimal(i), Decimal(o)) for model, i, o in entries}
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise ModelNotConfigured(
            "LLM_PRICES cannot be read. Write model=input/output, in dollars per million tokens."
        ) from error


def _from_pairs(text: str) -> list[tuple[str, str, str]]:
    pairs = [entry.rpartition("=") for entry in text.split(",") if entry.strip()]
    if any(not model.strip() for model, _, _ in pairs):
        raise ValueError("a price without a model")
    split = [(model.strip(), *price.split("/")) for model, _, price in pairs]
    return [(model, paid_in, paid_out) for model, paid_in, paid_out in split]


def _from_json(text: str) -> list[tuple[str, str, str]]:
    prices: dict[str, Any] = json.loads(text)
    return [
        (model, str(each["input"]), str(each["output"])) for model, each in prices.items()
    ]


def _price(dollars_in: Decimal, dollars_out: Decimal) -> Price:
    if not (dollars_in >= 0 and dollars_out >= 0):
        raise ValueError("a negative price")
    millionth = Decimal(1_000_000)
    return Price(
        input=int(dollars_in * millionth),
        output=int(dollars_out * millionth),
        cache_read=int(dollars_in * millionth / 10),
        cache_write=int(dollars_in * millionth * 5 / 4),
    )
