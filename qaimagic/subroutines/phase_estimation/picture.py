"""What a register read, as bars and in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.histogram import Histogram, histogram_picture
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.phase_estimation.result import PhaseResult


def picture_of(result: PhaseResult) -> Picture:
    """Return what is shown of a result; see ``PhaseResult.plot``."""
    told, count = text_of(result), len(result.values)
    weights = np.zeros(count)
    places = np.round(np.mod(result.turns, 1.0) * count).astype(int) % count
    np.add.at(weights, places, result.weights)
    bars = Histogram(
        result.values,
        result.probabilities,
        "phase (turns)" if result.time is None else "energy",
        "probability",
        mark=result.nearest,
        mark_label="exact",
        expected=weights,
        expected_label="weight in the state",
        errors=False if result.standard_errors is None else result.standard_errors,
    )
    return histogram_picture(bars, title=told, text=told)


def text_of(result: PhaseResult) -> str:
    """Return what came out in one deterministic line."""
    kind = "phase" if result.time is None else "energy"
    at = int(np.argmin(np.abs(result.exact - result.nearest)))
    most = float(result.probabilities.max())
    said = [
        f"Phase estimation with {result.n_wires} wires: {kind} {short_number(result.value, 6)} in "
        f"steps of {short_number(result.resolution, 3)}, read with a chance of {most:.3f}",
        f"exact {short_number(result.nearest, 6)}, of weight {result.weights[at]:.3f} in the state",
        f"one reading is within a step of its exact value with a chance of "
        f"{result.success():.3f}, at least {result.success_bound():.3f}",
    ]
    calls = f"{result.queries:,} call{'s' * (result.queries != 1)} of the unitary"
    costs = f"{calls}, {result.gates:,} gates on two wires, depth {result.depth:,}."
    remarks = list(result.remarks)
    if not result.is_ideal:
        remarks.append(f"`{result.device}` is no ideal machine.")
    return " ".join([f"{'; '.join(said)}.", costs, *remarks])
