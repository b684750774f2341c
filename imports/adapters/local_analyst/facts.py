"""Answers a request for facts: what each numbered text says, in the words of the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from imports.adapters.local_analyst.declared import declared_findings
from imports.adapters.local_analyst.extraction import Finding, findings
from imports.ports import FactsMaterial, NumberedMessage


def facts(material: FactsMaterial) -> dict[str, Any]:
    """Give every fact with the number of its text; repeats stay, they are evidence."""
    found = [
        (message.number, finding)
        for message in material.messages
        for finding in findings_of(message)
    ]
    named = {
        finding.statement.split(" named ")[0]
        for _, finding in found
        if finding.slot == "relation" and " named " in finding.statement
    }
    return {
        "facts": [
            _on_the_wire(number, finding)
            for number, finding in found
            if finding.statement not in named
        ]
    }


def findings_of(message: NumberedMessage) -> Iterator[Finding]:
    """Yield what one text says about the person."""
    read = findings if message.kind == "message" else declared_findings
    yield from read(message.text, kind=message.kind, at=message.at)


def _on_the_wire(number: int, finding: Finding) -> dict[str, Any]:
    return {
        "c": finding.category,
        "slot": finding.slot or None,
        "s": f"User {finding.statement}",
        "v": finding.value,
        "m": [number],
        "q": finding.quote,
        "k": finding.kind,
        "d": finding.date,
        "b": finding.basis,
    }
