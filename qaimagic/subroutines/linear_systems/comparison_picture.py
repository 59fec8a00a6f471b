"""Solvers side by side, as a picture and in one line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.linear_systems.comparison import SolverComparison

_LABEL = "condition number"
_LEAST = 1e-17
"""What an error of 0 is drawn as."""


def picture_of(found: SolverComparison) -> Picture:
    """Return what is shown of a comparison; see ``SolverComparison.plot``."""
    errors, costs = [], []
    for group, method in enumerate(found.methods):
        own = found.of(method)
        across = [point.condition for point in own]
        bounds = np.maximum([point.bound for point in own], _LEAST)
        band, down = None, bounds
        if own[0].is_circuit:
            down = np.maximum([point.error or 0.0 for point in own], _LEAST)
            band = (down, np.maximum(down, bounds))
        errors.append(Series(method, across, down, "validation", group=group, band=band))
        cost = [point.cost for point in own]
        costs.append(Series(method, across, cost, "validation", group=group))
    told = text_of(found)
    panels = (
        _panel(errors, "relative error, up to its bound"),
        _panel(costs, "gates, or multiplications"),
    )
    return replace(curves_picture(*panels, title=told), text=told)


def _panel(lines: list[Series], label: str) -> Curves:
    return Curves(tuple(lines), label, _LABEL, better=None, log=True, log_x=True)


def text_of(found: SolverComparison) -> str:
    """Return what came out in one deterministic line."""
    conditions = [point.condition for point in found.points]
    low, high = short_number(min(conditions)), short_number(max(conditions))
    range_told = f"number {low}" if low == high else f"numbers {low} to {high}"
    said = [
        f"{found.size} unknowns, condition {range_told}, relative error "
        f"{short_number(found.epsilon)} asked for."
    ]
    circuits = [point for point in found.points if point.is_circuit]
    if circuits:
        said += [_errors(found), _costs(found)]
    said.append(_classical(found))
    if not found.is_complete:
        said.append("Interrupted: the rest was not measured.")
    return " ".join(said)


def _errors(found: SolverComparison) -> str:
    circuits = [point for point in found.points if point.error is not None]
    held = sum(point.error <= point.bound for point in circuits if point.error is not None)
    missed = [
        f"{point.method} at {short_number(point.condition)}"
        for point in circuits
        if point.bound > found.epsilon * (1 + 1e-6)
    ]
    told = f"Errors are within the stated bound in {held} of {len(circuits)} cases"
    return (
        f"{told}; the bound is above what was asked for: {', '.join(missed)}."
        if missed
        else (f"{told}, and that is as asked for.")
    )


def _costs(found: SolverComparison) -> str:
    powers = found.powers
    told = []
    for method in found.methods:
        last = found.of(method)[-1]
        if last.success is not None:
            power = f", as condition^{powers[method]:.1f}" if method in powers else ""
            told.append(
                f"{method} {_rounded(last.cost)} (success probability "
                f"{short_number(last.success, 2)}{power})"
            )
    highest = max(point.condition for point in found.points)
    where = f"at condition {short_number(highest)}"
    said = f"Gates on two wires for one copy of x {where}: {', '.join(told)}."
    if "vqls" in found.methods:
        said += " Those of vqls are modelled with one shot for each Hadamard test, far too few."
    return said


def _rounded(count: float) -> str:
    return f"{float(f'{count:.2g}'):,.0f}"


def _classical(found: SolverComparison) -> str:
    products = max(point.calls or 0 for point in found.of("conjugate gradients"))
    multiplications = found.of("numpy")[-1].cost
    circuits = [point for point in found.points if point.is_circuit]
    told = (
        f"All numbers of x take numpy about {multiplications:.0f} multiplications, and conjugate "
        f"gradients {products} products with A at most"
    )
    if not circuits:
        return f"{told}."
    if min(point.cost for point in circuits) > multiplications:
        return f"{told}: no circuit here is near."
    return f"{told}."
