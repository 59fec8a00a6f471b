"""Estimators side by side, in a picture and in a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.gradient_estimation.laws import LARGEST

if TYPE_CHECKING:
    from qaimagic.subroutines.gradient_estimation.comparison import EstimatorComparison

_LABELS = {
    "circuits": "circuits",
    "error": "error, same shots",
    "seconds": "seconds to simulate",
}
_ACROSS = "parameters (dotted: modelled)"
_EXACT = 1e-9


def picture_of(found: EstimatorComparison) -> Picture:
    """Return what is shown of a comparison; see ``EstimatorComparison.plot``."""
    panels = [_panel(found, quantity) for quantity in _LABELS]
    title = text_of(found)
    return replace(curves_picture(*panels, title=title), text=title)


def text_of(found: EstimatorComparison) -> str:
    """Return what came out in one deterministic line."""
    sizes = found.parameters
    span = f"{sizes[0]:,} to {sizes[-1]:,}" if len(sizes) > 1 else f"{sizes[0]:,}"
    told = []
    for method in found.methods:
        last = found.of(method)[-1]
        circuits = f"{last.circuits:,} circuit{'s' * (last.circuits != 1)}"
        error = "exact" if last.error < _EXACT else f"error {last.error:.2g}"
        told.append(f"{method} {circuits}, {error}")
    parts = [
        f"Gradients of {span} parameters, each with {found.total_shots:,} shots in all, simulated "
        f"{found.repeats} times. At the most parameters: {'; '.join(told)}.",
        "Errors are relative to the gradient.",
    ]
    law = next((law for law in found.laws if law.method == "parameter-shift"), None)
    if law is not None:
        circuits = short_number(law.at(LARGEST), 2)
        parts.append(f"Modelled for 1e9: parameter-shift {circuits} circuits.")
    if not found.is_complete:
        parts.append("Interrupted: what had run by then.")
    return " ".join(parts)


def _panel(found: EstimatorComparison, quantity: str) -> Curves:
    lines = []
    for group, method in enumerate(found.methods):
        points = found.of(method)
        values = [getattr(point, quantity) for point in points]
        if max(values) < _EXACT and quantity == "error":
            continue
        across = [float(point.parameters) for point in points]
        band = None
        if quantity == "error":
            errors = np.array([point.error_error for point in points])
            band = np.maximum(np.array(values) - errors, np.array(values) / 2), values + errors
        lines.append(Series(method, across, values, "validation", group, band))
        law = next(
            (one for one in found.laws if (one.method, one.quantity) == (method, quantity)), None
        )
        if law is not None:
            beyond = np.geomspace(across[-1], max(law.end, across[-1]), 20)
            modelled = [law.at(size) for size in beyond]
            lines.append(Series(method, beyond, modelled, "modelled", group))
    return Curves(tuple(lines), _LABELS[quantity], _ACROSS, better=None, log=True, log_x=True)
