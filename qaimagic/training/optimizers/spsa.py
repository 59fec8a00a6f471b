"""SPSA: a few evaluations in random directions for a step, however many weights there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import torch
from torch import Tensor

from qaimagic._checks import check_int, check_number
from qaimagic.training.optimizers.evaluating import (
    Evaluate,
    Evaluating,
    evaluation,
    flat,
    put,
    put_gradient,
)

_ALPHA, _GAMMA, _STABILITY = 0.602, 0.101, 20
GAINS = "its gains fall by a law of their own"


class SPSA(Evaluating):
    r"""Simultaneous perturbation: the slope along random directions stands for the gradient.

    .. math:: \theta \leftarrow \theta - \frac{a_k}{m} \sum_{i=1}^{m}
        \frac{L(\theta + c_k \Delta_i) - L(\theta - c_k \Delta_i)}{2 c_k} \, \Delta_i

    with signs :math:`\Delta_i \in \{-1, 1\}^P` drawn from torch's generator, and Spall's gains
    :math:`a_k = \eta \left(\frac{1 + A}{k + A}\right)^{0.602}`, :math:`c_k = c / k^{0.101}` in step
    :math:`k = 1, 2, \dots`, :math:`A = 20`.

    A step takes 2 m evaluations of the loss whatever the number P of weights, where shift rules
    take 2 P: its gradient is right in the mean, and scatters the more the more weights there are.

    Args:
        params: The weights.
        lr: The gain :math:`\eta` of the first step.
        perturbation: How far :math:`c` the first evaluations lie from the weights.
        directions: The number m of directions.

    Raises:
        ValueError: If a number is out of bounds.

    Example:
        >>> import torch
        >>> from qaimagic import SPSA
        >>> _ = torch.manual_seed(0)
        >>> theta = torch.zeros(5, requires_grad=True)
        >>> opt = SPSA([theta], lr=0.2)
        >>> for _ in range(200):
        ...     loss = opt.step(lambda: (theta - 1).square().sum())
        >>> bool((theta - 1).square().sum() < 0.01)
        True

    References:
        Spall, IEEE Trans. Autom. Control 37, 332 (1992), doi:10.1109/9.119632; gains from Spall,
        Johns Hopkins APL Technical Digest 19, 482 (1998).
    """

    refused: ClassVar[dict[str, str]] = {
        "schedule": GAINS,
        "clip": "its steps follow single slopes, whose size is part of the method",
    }

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.1,
        *,
        perturbation: float = 0.1,
        directions: int = 1,
    ) -> None:
        defaults = {
            "lr": check_number("lr", lr, above=0),
            "perturbation": check_number("perturbation", perturbation, above=0),
            "directions": check_int("directions", directions, minimum=1),
            "steps": 0,
        }
        super().__init__(params, defaults)

    def step(self, closure: Evaluate | None = None) -> Tensor:  # type: ignore[override]
        """Move the weights once.

        Args:
            closure: Returns the loss at the weights as they are, without ``backward``.

        Returns:
            The mean of the losses evaluated, which lie about the weights before the step.
        """
        evaluate = evaluation(closure, "SPSA")
        loss, slope = self.estimate(evaluate)
        self._move(slope)
        return loss

    @torch.no_grad()
    def estimate(self, evaluate: Evaluate) -> tuple[Tensor, Tensor]:
        """Return the mean loss and the estimated gradient, side by side, at the weights."""
        group = self.param_groups[0]
        reach = group["perturbation"] / (group["steps"] + 1) ** _GAMMA
        losses: list[Tensor] = []
        slopes: list[Tensor] = []
        with self.restoring() as here:
            for _ in range(group["directions"]):
                signs = random_signs(here)
                ends = []
                for sign in (1, -1):
                    put(here + sign * reach * signs, self.weights)
                    ends.append(evaluate())
                losses += ends
                slopes.append((ends[0] - ends[1]) / (2 * reach) * signs)
        return torch.stack(losses).mean(), torch.stack(slopes).mean(dim=0)

    def _move(self, slope: Tensor) -> None:
        """Move the weights by the gain of this step against ``slope``, and count the step."""
        put_gradient(slope, self.weights)
        put(flat(self.weights) - self._gain() * slope, self.weights)
        self.param_groups[0]["steps"] += 1

    def _gain(self) -> float:
        group = self.param_groups[0]
        ratio = (1 + _STABILITY) / (1 + _STABILITY + group["steps"])
        return float(group["lr"] * ratio**_ALPHA)


def random_signs(like: Tensor) -> Tensor:
    """Return as many random signs as ``like`` has numbers, from torch's generator."""
    return torch.randint(2, like.shape, device=like.device).to(like.dtype) * 2 - 1
