"""A solution as a picture and in one line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.matrices.reading import is_real

if TYPE_CHECKING:
    from qaimagic.subroutines.linear_systems.result import LinearSolution

_ROUNDING = 1e-9


def picture_of(found: LinearSolution) -> Picture:
    """Return what is shown of a solution; see ``LinearSolution.plot``."""
    told = text_of(found)
    panels = [_unknowns(found)]
    if found.run is not None and found.run.history.losses:
        costs = found.run.history.losses
        line = Series("cost", list(range(len(costs))), costs, "train")
        panels.append(Curves((line,), "cost", "step", log=True))
    return replace(curves_picture(*panels, title=told), text=told)


def text_of(found: LinearSolution) -> str:
    """Return what was found in one deterministic line."""
    system = found.system
    size = f"{system.size} unknown{'s' * (system.size != 1)}"
    said = [f"{found.method}, {size}, condition number {short_number(found.condition)}"]
    stated = f"stated: at most {short_number(found.bound, 2)}"
    if found.error is not None and found.fidelity is not None:
        said.append(
            f"relative error {short_number(found.error, 2)} ({stated}), "
            f"fidelity {short_number(found.fidelity, 6)}"
        )
    else:
        source = f" from {found.shots:,} shot{'s' * (found.shots != 1)}" if found.shots else ""
        said.append(
            f"sizes of the unknowns{source}, without their signs: probabilities within "
            f"{short_number(found.probability_error, 2)} of numpy's"
        )
        said.append(f"error apart from shots {stated}")
    if found.success < 1 - _ROUNDING:
        chance = short_number(found.success)
        if found.success_error is not None:
            chance = with_error(found.success, found.success_error)
        said.append(f"success probability {chance}")
    wires = f"{found.n_wires} wire{'s' * (found.n_wires != 1)}"
    said.append(f"{wires}, depth {found.depth:,}")
    first = "; ".join(said) + "."
    remarks = [_sentence(changed) for changed in (*system.changes, *found.notes)]
    return " ".join([first, *remarks, *found.warnings])


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _unknowns(found: LinearSolution) -> Curves:
    places = np.arange(found.system.size, dtype=np.float64)
    label = "unknown"
    if found.solution is not None and is_real(found.exact):
        own = found.solution.real
        exact, band = found.exact.real, None
        what = "x"
    else:
        own, exact, what = found.magnitudes, np.abs(found.exact), "|x|"
        errors = found.magnitude_errors
        band = None if errors is None else (own - errors, own + errors)
    lines = (
        Series(found.method, places, own, "validation", band=band),
        Series("numpy", places, exact, group=1),
    )
    return Curves(lines, what, label, better=None, log=False)
