"""An amplitude's intervals against queries, beside plain sampling's."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.amplitude_estimation.result import AmplitudeResult

_POINTS = 25


def picture_of(answer: AmplitudeResult) -> Picture:
    """Return what is shown of a result; see ``AmplitudeResult.plot``."""
    told = text_of(answer)
    return replace(curves_picture(widths_of(answer), _intervals(answer), title=told), text=told)


def text_of(answer: AmplitudeResult) -> str:
    """Return what came out in one deterministic line."""
    percent = f"{100 * answer.confidence:.12g}%"
    kind = "guaranteed" if answer.is_guaranteed else "for many shots"
    if not answer.is_ideal:
        kind = "not with noise"
    first = (
        f"Amplitude estimation, {answer.method}: "
        f"{with_error(answer.value, answer.half_width)} ({percent}, {kind})"
    )
    said = [
        first
        if answer.exact is None
        else f"{first}, exact {_exact(answer.exact, answer.half_width)}"
    ]
    highest = max(one.power for one in answer.rounds)
    most = f"up to {highest:,} amplification{'s' * (highest != 1)} in one"
    queries = f"{answer.queries:,} quer{'y' if answer.queries == 1 else 'ies'}"
    circuits = f"{answer.circuits:,} circuit{'s' * (answer.circuits != 1)}"
    said.append(f"{queries} in {circuits}, {most}")
    if answer.monte_carlo is not None:
        sampled = with_error(answer.monte_carlo.value, answer.monte_carlo.half_width)
        said.append(f"plain sampling with as many {sampled}")
    return " ".join([f"{'; '.join(said)}.", *_remarks(answer)])


def _exact(value: float, half_width: float) -> str:
    """Return a number to the decimals that an estimate of it has, with 6 digits at least."""
    finer = math.ceil(math.log10(abs(value) / half_width)) + 2 if value and half_width else 0
    return short_number(value, max(6, finer))


def _remarks(answer: AmplitudeResult) -> list[str]:
    remarks = []
    if not answer.is_ideal:
        remarks.append(
            f"`{answer.device}` is no ideal machine: with noise amplified circuits lose contrast, "
            "the estimate may be biased, and its interval promises nothing."
        )
    if not answer.is_complete:
        remarks.append("Interrupted: the interval is that of the rounds that ran.")
    if not answer.is_consistent:
        remarks.append("The rounds contradict each other: they have no value in common.")
    return remarks


def widths_of(answer: AmplitudeResult) -> Curves:
    """Return the half-widths after each round, plain sampling's, and the power law 1/N."""
    queries = _queries(answer)
    own = [(one.high - one.low) / 2 for one in answer.rounds]
    lines = [Series(answer.method, queries, own, "validation")]
    if answer.monte_carlo is not None:
        sampled = answer.monte_carlo
        across = np.unique(np.geomspace(queries[0], queries[-1], _POINTS))
        down = sampled.half_width * np.sqrt(sampled.samples / across)
        lines.append(Series("plain sampling, 1/√N", across, down, group=1))
    if len(queries) > 1:
        first = max(queries[0], queries[-1] * own[-1] / max(own))
        ends = np.array([first, queries[-1]], dtype=np.float64)
        lines.append(Series("1/N", ends, own[-1] * ends[-1] / ends, group=2))
    return Curves(
        tuple(lines), "half-width of the interval", "queries", better="lower", log=True, log_x=True
    )


def _intervals(answer: AmplitudeResult) -> Curves:
    queries = _queries(answer)
    low, high = [one.low for one in answer.rounds], [one.high for one in answer.rounds]
    middle = [(one.low + one.high) / 2 for one in answer.rounds]
    lines = [Series("interval", queries, middle, band=(low, high))]
    if answer.exact is not None:
        lines.append(Series("exact", [0.0], [answer.exact], "reference"))
    label = "probability" if answer.unit == 1 else "expected value"
    return Curves(tuple(lines), label, "queries", better=None, log=False, log_x=True)


def _queries(answer: AmplitudeResult) -> list[int]:
    return list(accumulate(one.queries for one in answer.rounds))
