"""Compares the engines' answers with those of a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.cells import MODES

REFERENCES = ("default_qubit", "lightning", "lightning_vjp", "ours_engine")
"""Whose answers the others' are compared with: the first of these that has any."""


def differences(
    answers: Mapping[str, Mapping[str, list[Any]]], tolerance: float
) -> dict[str, float]:
    """Return by engine the largest difference from the reference, as a share of the largest number.

    Only those above the tolerance are in it; an answer of another size differs infinitely.

    Args:
        answers: By engine and mode, what came out: a list of nested lists.
        tolerance: The largest difference that is none.
    """
    found: dict[str, float] = {}
    for mode in MODES:
        reference = next((name for name in REFERENCES if mode in answers.get(name, {})), None)
        if reference is None:
            continue
        expected = [list(_flat(part)) for part in answers[reference][mode]]
        for name, by_mode in answers.items():
            if mode in by_mode:
                received = [list(_flat(part)) for part in by_mode[mode]]
                found[name] = max(found.get(name, 0.0), _difference(expected, received))
    return {name: value for name, value in found.items() if value > tolerance}


def _difference(expected: list[list[float]], received: list[list[float]]) -> float:
    if [len(part) for part in expected] != [len(part) for part in received]:
        return float("inf")
    worst = 0.0
    for ours, theirs in zip(expected, received, strict=True):
        scale = max([1.0, *map(abs, ours)])
        gaps = [abs(a - b) / scale for a, b in zip(ours, theirs, strict=True)]
        worst = max([worst, *(gap if gap == gap else float("inf") for gap in gaps)])
    return worst


def _flat(nested: Any) -> Iterator[float]:
    if isinstance(nested, list):
        for each in nested:
            yield from _flat(each)
    else:
        yield float(nested)
