"""Rotosolve: each rotation angle to where the loss is least in it, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, ClassVar

import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.training.optimizers.evaluating import (
    Evaluate,
    Evaluating,
    evaluation,
    put,
    put_gradient,
)

_QUARTER = math.pi / 2
_FOURTH = 2.5
_REPEATS = 8
_SIGMAS = 8.0
_ROUNDING = 1e-3


class Rotosolve(Evaluating):
    r"""Moves one rotation angle after the other to the minimum of the loss in it, in closed form.

    An expectation value is a sine of the angle of a rotation about a Pauli word, of period
    :math:`2 \pi`. Three evaluations tell it, and its minimum lies at

    .. math:: \theta^* = \theta - \frac{\pi}{2} - \mathrm{atan2}\left(2 L(\theta)
        - L(\theta + \tfrac{\pi}{2}) - L(\theta - \tfrac{\pi}{2}),\;
        L(\theta + \tfrac{\pi}{2}) - L(\theta - \tfrac{\pi}{2})\right)

    A step goes through all P angles once, with 2 P + 1 evaluations of the loss: what is left at the
    minimum of one is the first value of the next. There is no learning rate.

    The first step checks, before it moves anything, that the loss is such a sine in every weight,
    by a fourth evaluation; it takes 3 P evaluations more, and 8 to see how far a loss with shots
    scatters. It is none for a weight that turns several gates or a controlled one, for weights of
    classical layers, and where the loss is not linear in expectation values.

    Args:
        params: The angles, in radians.

    Raises:
        ValueError: In the first step, if the loss is no sine of a weight; nothing has moved then.

    Example:
        >>> import pennylane as qml, torch
        >>> from qaimagic import Rotosolve, quantum
        >>> @quantum
        ... def energy(theta: ()):
        ...     qml.RX(theta, wires=0)
        ...     return qml.expval(qml.Z(0))
        >>> opt = Rotosolve(energy.parameters())
        >>> loss = opt.step(lambda: energy().sum())
        >>> round(energy().item(), 4)
        -1.0

    References:
        Ostaszewski, Grant and Benedetti, Quantum 5, 391 (2021), arXiv:1905.09692.
    """

    refused: ClassVar[dict[str, str]] = {
        "schedule": "it has no learning rate",
        "clip": "it follows no gradient",
    }

    def __init__(self, params: Iterable[Any]) -> None:
        super().__init__(params, {"checked": False})

    @torch.no_grad()
    def step(self, closure: Evaluate | None = None) -> Tensor:  # type: ignore[override]
        """Move every angle once.

        Args:
            closure: Returns the loss at the weights as they are, without ``backward``.

        Returns:
            The loss before the step.
        """
        evaluate = evaluation(closure, "Rotosolve")
        first = evaluate()
        if not self.param_groups[0]["checked"]:
            self._check(evaluate, first)
            self.param_groups[0]["checked"] = True
        slopes = []
        value = first
        with self.restoring() as here:
            for place in range(len(here)):
                sine = self._sine(evaluate, here, place, value)
                slopes.append(sine.slope)
                here[place] += sine.way
                value = sine.least
        put(here, self.weights)
        put_gradient(torch.stack(slopes), self.weights)
        return first

    def _sine(self, evaluate: Evaluate, here: Tensor, place: int, value: Tensor) -> _Sine:
        ends = [self._at(evaluate, here, place, way) for way in (_QUARTER, -_QUARTER)]
        return _Sine(value, *ends)

    def _at(self, evaluate: Evaluate, here: Tensor, place: int, way: float) -> Tensor:
        moved = here.clone()
        moved[place] += way
        put(moved, self.weights)
        return evaluate()

    def _check(self, evaluate: Evaluate, first: Tensor) -> None:
        """Check that the loss is a sine of each weight.

        Raises:
            ValueError: If it is none.
        """
        with self.restoring() as here:
            again = torch.stack([first, evaluate()])
            if again[0] != again[1]:
                rest = [evaluate() for _ in range(_REPEATS - 2)]
                again = torch.cat([again, torch.stack(rest)])
            scatter = float(again.std())
            for place in range(len(here)):
                sine = self._sine(evaluate, here, place, first)
                expected, found = sine.at(_FOURTH), self._at(evaluate, here, place, _FOURTH)
                # What is told by three noisy values scatters about 1.3 times as far as one.
                room = 2 * _SIGMAS * scatter + _ROUNDING * sine.size
                if abs(found - expected) > room:
                    raise ValueError(self._refusal(place, float(found), float(expected)))

    def _refusal(self, place: int, found: float, expected: float) -> str:
        rule = "be an optimizer for its weights"
        received = (
            f"Rotosolve moves rotation angles alone, and the loss is no sine of weight number "
            f"{place} of {sum(one.numel() for one in self.weights)}: {_FOURTH} rad further it is "
            f"{found:.6g}, where a sine through three other values has {expected:.6g}"
        )
        fix = (
            "That is so for classical weights, for one that turns several gates or a controlled "
            "one, and for a loss that is not linear in expectation values. Use `QNG` or `Adam`."
        )
        return requirement("opt", rule, received, fix)


class _Sine:
    """The sine through a loss here, a quarter turn further, and a quarter turn before."""

    def __init__(self, here: Tensor, further: Tensor, before: Tensor) -> None:
        self.middle = (further + before) / 2
        self.slope = (further - before) / 2
        self.rise = here - self.middle

    @property
    def amplitude(self) -> Tensor:
        return torch.hypot(self.rise, self.slope)

    @property
    def size(self) -> float:
        return float(self.amplitude + 0.01 * self.middle.abs())

    @property
    def way(self) -> Tensor:
        """How far the minimum lies from here, within half a turn; 0 for a loss that is flat."""
        if self.amplitude == 0:
            return torch.zeros_like(self.rise)
        return torch.atan2(-self.slope, -self.rise)

    @property
    def least(self) -> Tensor:
        return self.middle - self.amplitude

    def at(self, way: float) -> Tensor:
        return self.middle + self.rise * math.cos(way) + self.slope * math.sin(way)
