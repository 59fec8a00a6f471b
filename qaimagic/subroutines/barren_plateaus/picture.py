"""Plateaus told in a line, and drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.barren_plateaus.result import PlateauResult, Trained

_TINY = 1e-12
_MOST_LINES = 6
_MOST_PANELS = 3


def picture_of(answer: PlateauResult) -> Picture:
    """Return what is shown of a result; see ``PlateauResult.plot``."""
    cases, panels = answer.cases, [_slopes(answer, answer.cases)]
    if len(cases) > _MOST_LINES:
        costs = dict.fromkeys(point.cost for point in answer.points)
        own = [dict.fromkeys(p.case for p in answer.points if p.cost == cost) for cost in costs]
        panels = [_slopes(answer, tuple(names)) for names in own]
    trained = _trainings(answer)
    shown = panels + trained if len(panels) + len(trained) <= _MOST_PANELS else panels
    return replace(curves_picture(*shown, title=answer.text), text=answer.text)


def training_of(answer: PlateauResult) -> Picture:
    """Return what is shown of training; see ``PlateauResult.plot_training``."""
    told = _told(answer)
    return replace(curves_picture(*_trainings(answer), title=told), text=told)


def _slopes(answer: PlateauResult, cases: tuple[str, ...]) -> Curves:
    lines = []
    for group, case in enumerate(cases):
        points = answer.of(case)
        wires = [float(point.n_wires) for point in points]
        squares = np.array([point.mean_square for point in points])
        errors = np.array([point.standard_error for point in points])
        edges = np.maximum(squares - 2 * errors, squares / 10), squares + 2 * errors
        lines.append(Series(case, wires, squares, "validation", group=group, band=edges))
        if all(point.expected is not None for point in points):
            expected = [float(point.expected or 0) for point in points]
            form = "closed form" if points[0].is_exact else "2-design"
            lines.append(Series(f"{form}, {case}", wires, expected, group=group))
    return Curves(tuple(lines), "mean square of a derivative", "wires", better=None, log=True)


def _trainings(answer: PlateauResult) -> list[Curves]:
    return [_training(answer, cost) for cost in dict.fromkeys(one.cost for one in answer.trained)]


def _training(answer: PlateauResult, cost: str) -> Curves:
    ours = [one for one in answer.trained if one.cost == cost]
    lowest = ours[0].lowest
    lines = []
    for group, one in enumerate(ours):
        above = one.costs - (lowest or 0.0)
        middle, low, high = (np.quantile(above, part, axis=1) for part in (0.5, 0.25, 0.75))
        steps = np.arange(len(middle), dtype=np.float64)
        band = np.maximum(low, _TINY), np.maximum(high, _TINY)
        lines.append(Series(one.start, steps, np.maximum(middle, _TINY), group=group, band=band))
    if lowest is None:
        return Curves(tuple(lines), f"{cost} cost", "step", log=False)
    return Curves(tuple(lines), f"{cost} cost above the exact minimum", "step", log=True)


def text_of(answer: PlateauResult) -> str:
    """Return what came out in one deterministic line."""
    first, last = answer.points[0].n_wires, answer.points[-1].n_wires
    laws = "; ".join(f"{case} {_law(answer, case)}" for case in answer.cases)
    said = [
        f"Mean square of a derivative on {first} to {last} wires, {answer.n_samples:,} starts "
        f"each, simulated: {laws}."
    ]
    known = [(point.shots, point) for point in answer.points if point.shots is not None]
    if known:
        most, worst = max(known, key=lambda pair: pair[0])
        said.append(
            f"Modelled: to see one of {worst.case} on {worst.n_wires} wires takes "
            f"{short_number(most, 2)} shots of each circuit from half the starts."
        )
    if answer.trained:
        said.append(_told(answer))
    if not answer.is_complete:
        said.append("Interrupted: this is what ran.")
    return " ".join(said)


def _law(answer: PlateauResult, case: str) -> str:
    points = answer.of(case)
    ends = " to ".join(
        short_number(value, 2)
        for value in dict.fromkeys((points[0].mean_square, points[-1].mean_square))
    )
    if case not in answer.decays:
        return ends
    decay = answer.decays[case]
    if decay.is_exponential is False:
        return f"{ends}, a power of the wires ({with_error(decay.power, decay.power_error)})"
    return f"{ends}, times {with_error(decay.factor, decay.factor_error)} a wire"


def _told(answer: PlateauResult) -> str:
    first = answer.trained[0]
    steps, starts = first.costs.shape[0] - 1, first.costs.shape[1]
    shots = "exact slopes" if answer.shots is None else f"{answer.shots:,} shots a circuit"
    costs = dict.fromkeys(one.cost for one in answer.trained)
    found = "; ".join(
        ", ".join(f"{one.case} {_cost(one.final)}" for one in answer.trained if one.cost == cost)
        + _lowest([one for one in answer.trained if one.cost == cost])
        for cost in costs
    )
    return (
        f"Trained on {first.n_wires} wires with {shots}, the median of {starts} starts after "
        f"{steps} steps: {found}. Larger slopes at the start promise no success."
    )


def _lowest(ours: list[Trained]) -> str:
    lowest = ours[0].lowest
    return "" if lowest is None else f" (exact minimum {_cost(lowest)})"


def _cost(value: float) -> str:
    return short_number(value, 4)
