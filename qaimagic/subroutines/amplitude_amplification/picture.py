"""Amplified probabilities in words and as curves."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.amplitude_amplification.result import AmplifiedResult

_POINTS = 201


def text_of(result: AmplifiedResult) -> str:
    """Return what came out in one deterministic line."""
    last = len(result.successes) - 1
    at = min(result.best, last)
    success = short_number(result.successes[at], 4)
    if result.standard_errors is not None:
        success = with_error(result.successes[at], result.standard_errors[at])
    cheapest = result.cheapest
    queries = short_number(result.expected_queries[cheapest])
    said = [
        f"Amplitude amplification: success {short_number(result.exact, 4)} becomes {success} after "
        f"{_rounds(at)} (formula {short_number(result.formula[at], 4)}, best {result.best}), "
        f"{2 * at + 1:,} queries a try, depth {result.depths[at]:,}. Until the first success "
        f"{queries} queries are expected with {_rounds(cheapest)}, "
        f"{short_number(result.repetitions)} by repetition."
    ]
    if not result.is_ideal:
        said.append(f"`{result.device}` is no ideal machine: noise takes more from each round.")
    if not result.is_complete:
        said.append(f"Interrupted after {_rounds(last)}.")
    return " ".join(said)


def picture_of(result: AmplifiedResult) -> Picture:
    """Return what is shown of a result; see ``AmplifiedResult.plot``."""
    text = text_of(result)
    return replace(curves_picture(_chances(result), _queries(result), title=text), text=text)


def _chances(result: AmplifiedResult) -> Curves:
    band = None
    if result.standard_errors is not None:
        found, error = result.successes, result.standard_errors
        band = np.clip(found - error, 0, 1), np.clip(found + error, 0, 1)
    between = np.linspace(0, max(1, len(result.successes) - 1), _POINTS)
    angle = math.asin(math.sqrt(result.exact))
    lines = [
        Series("amplified", result.rounds.astype(float), result.successes, "validation", band=band),
        Series("formula", between, np.sin((2 * between + 1) * angle) ** 2, group=2),
        Series("repeated", between, 1 - (1 - result.exact) ** (2 * between + 1), group=1),
    ]
    return Curves(tuple(lines), "success probability", "rounds", better=None, log=False)


def _queries(result: AmplifiedResult) -> Curves:
    lines = [
        Series("amplified", result.rounds.astype(float), result.expected_queries, "validation"),
        Series("repeated", [0.0], [result.repetitions], "reference"),
    ]
    return Curves(tuple(lines), "queries until success", "rounds", better=None, log=True)


def _rounds(count: int) -> str:
    return f"{count:,} round{'s' * (count != 1)}"
