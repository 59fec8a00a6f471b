"""What a gradient costs a computer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qaimagic.subroutines.quantum_gradient.grid import Floats
from qaimagic.subroutines.quantum_gradient.landscape import Landscape
from qaimagic.subroutines.quantum_gradient.stencil import central

_FORWARD = {0: -1.0, 1: 1.0}
_NEAR_FORWARD = 1e-8
_NEAR_CENTRAL = 1e-5


@dataclass(frozen=True)
class Baseline:
    """A computer's way to the same gradient.

    Attributes:
        name: The way.
        evaluations: How often it evaluates the function; backprop does so once, and goes its steps
            back once, which costs about as much as two to four evaluations more.
        error: The largest error of a component.
        seconds: How long it took.
    """

    name: str
    evaluations: int
    error: float
    seconds: float


def exact_of(surface: Landscape) -> tuple[Floats, str]:
    """Return the gradient, and how it was got."""
    found = surface.by_backprop()
    return (surface.by_differences(), "fine differences") if found is None else (found, "autograd")


def baselines_of(surface: Landscape, exact: Floats, how: str) -> tuple[Baseline, ...]:
    """Return what differences need, and backprop where torch knows the function."""
    d = len(surface.at)

    def forward() -> Floats:
        return surface.by_differences(_FORWARD, _NEAR_FORWARD)

    def both_sides() -> Floats:
        return surface.by_differences(central(2), _NEAR_CENTRAL)

    ways: list[tuple[str, int, Callable[[], Floats | None]]] = [
        ("forward differences", d + 1, forward),
        ("central differences", 2 * d, both_sides),
    ]
    if how == "autograd":
        ways.append(("backprop", 1, surface.by_backprop))
    return tuple(_run(name, evaluations, way, exact) for name, evaluations, way in ways)


def _run(name: str, evaluations: int, way: Callable[[], Floats | None], exact: Floats) -> Baseline:
    start = time.perf_counter()
    found = way()
    seconds = time.perf_counter() - start
    error = 0.0 if found is None else float(np.abs(found - exact).max())
    return Baseline(name, evaluations, error, seconds)
