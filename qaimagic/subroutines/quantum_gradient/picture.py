"""A quantum gradient told in a line, and its distributions drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.quantum_gradient.grid import Floats
    from qaimagic.subroutines.quantum_gradient.result import QuantumGradientResult

_MOST = 3
_TOLD = 6


def picture_of(answer: QuantumGradientResult) -> Picture:
    """Return what is shown of a result; see ``QuantumGradientResult.plot``."""
    panels = [_panel(answer, component) for component in range(min(_MOST, answer.grid.d))]
    return replace(curves_picture(*panels, title=answer.text), text=answer.text)


def _panel(answer: QuantumGradientResult, component: int) -> Curves:
    exact = float(answer.exact[component])
    lines = (
        Series("simulated", answer.slopes, answer.probabilities[component], "validation"),
        Series("if linear", answer.slopes, answer.grid.fejer(exact), group=1),
    )
    label = f"slope of component {component}, exact {short_number(exact, 4)}"
    return Curves(lines, "probability", label, better=None, log=False)


def text_of(answer: QuantumGradientResult) -> str:
    """Return what came out in one deterministic line."""
    grid = answer.grid
    name = answer.method if answer.order is None else f"{answer.method} of order {answer.order}"
    said = (
        f"Quantum gradient, {name}, simulated: {_vector(answer.value)}, exact "
        f"{_vector(answer.exact)} by {answer.exact_by}; error {short_number(answer.error, 2)}, "
        f"slopes in steps of {short_number(grid.step, 3)}."
    )
    runs = "a run" if answer.shots is None else f"each of {answer.shots:,} runs"
    calls = "once" if answer.calls == 1 else f"{answer.calls} times"
    costs = (
        f"On a machine {runs} asks for e^(if) {answer.queries:,} times, or {calls} for f in a "
        f"register, on {answer.n_wires} wires; the simulation evaluated f {answer.evaluations:,} "
        f"times, where {_baselines(answer)}."
    )
    return " ".join([said, costs, *_remarks(answer)])


def _baselines(answer: QuantumGradientResult) -> str:
    central = next(one for one in answer.baselines if one.name == "central differences")
    words = f"central differences need {central.evaluations}"
    if any(one.name == "backprop" for one in answer.baselines):
        return f"{words} and backprop needs 1 and the way back"
    return words


def _remarks(answer: QuantumGradientResult) -> list[str]:
    most = short_number(answer.grid.max_slope, 4)
    if answer.wrapped:
        which = ", ".join(map(str, answer.wrapped))
        plural = len(answer.wrapped) > 1
        return [
            f"Component{'s' * plural} {which} {'have slopes' if plural else 'has a slope'} beyond "
            f"`max_slope` {most} and wrap{'s' * (not plural)} around: what was read is the slope "
            "but for multiples of twice that."
        ]
    chance = float(answer.success.min())
    words = f"A run is within a step of the slope with a chance of {chance:.3g} at least"
    if answer.is_guaranteed:
        return [f"{words} (proven: within {short_number(answer.error_bound, 3)} with 2/3)."]
    if answer.is_straight:
        return [f"{words}; nothing is proven, for a slope is beyond 2/3 of `max_slope` {most}."]
    bent = short_number(float(answer.deviations.max()), 2)
    return [f"{words}; nothing is proven, for phases are up to {bent} from a linear function's."]


def _vector(values: Floats) -> str:
    told = [short_number(float(value) + 0.0, 4) for value in values[:_TOLD]]
    return f"({', '.join(told)}{', ...' * (len(values) > _TOLD)})"
