"""QN-SPSA: SPSA whose steps are divided by a metric that is estimated in the same way."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qaimagic._checks import check_number
from qaimagic.training.optimizers.evaluating import Evaluate, evaluation, flat, put, put_gradient
from qaimagic.training.optimizers.natural import (
    Call,
    mean_over,
    natural,
    quantum_and_rest,
    watched,
)
from qaimagic.training.optimizers.spsa import SPSA, random_signs


class QNSPSA(SPSA):
    r"""Natural gradient by a few evaluations: both the gradient and the metric are estimated.

    The gradient is that of :class:`qaimagic.SPSA`. The metric of each quantum layer is estimated
    from overlaps of its states,
    :math:`F(a, b) = |\langle\psi(\theta + a)|\psi(\theta + b)\rangle|^2`, along random directions
    :math:`a = c \Delta_1` and :math:`b = c \Delta_2`,

    .. math:: \hat g = -\frac{F(0, a + b) - F(0, a) - F(0, b - a) + F(0, -a)}{8 c^2}
        \left( \Delta_1 \Delta_2^T + \Delta_2 \Delta_1^T \right)

    which is the Fubini-Study metric in the mean, up to :math:`O(c^2)`. A mean over all steps is
    kept, the identity being the first, and :math:`(|\bar g| + \lambda)^{-1}` divides the gradient.
    Classical weights move as in SPSA.

    A step takes 2 evaluations of the loss, and for each layer 4 circuits a sample that undo one
    state after the other.

    Args:
        model: A module, or several modules and tensors.
        lr: The gain of the first step.
        perturbation: How far c the evaluations lie from the weights.
        damping: The number :math:`\lambda` that is added to the metric's eigenvalues.

    Raises:
        ValueError: If the model has no quantum layer, or a number is out of bounds.

    Example:
        >>> import pennylane as qml, torch
        >>> from qaimagic import QNSPSA, quantum
        >>> @quantum
        ... def energy(theta: 2):
        ...     qml.RY(theta[0], wires=0)
        ...     qml.CRX(theta[1], wires=[0, 1])
        ...     return qml.expval(qml.Z(0) @ qml.Z(1))
        >>> opt = QNSPSA(energy, lr=0.1)
        >>> loss = opt.step(lambda: energy().sum())

    References:
        Gacon et al., Quantum 5, 567 (2021), arXiv:2103.09232.
    """

    def __init__(
        self, model: Any, lr: float = 0.1, *, perturbation: float = 0.1, damping: float = 0.01
    ) -> None:
        self._layers, rest = quantum_and_rest(model, "QNSPSA")
        self._damping = check_number("damping", damping, above=0)
        own = [weight for weights in self._layers.values() for weight in weights]
        super().__init__([*own, *rest], lr, perturbation=perturbation)

    @torch.no_grad()
    def step(self, closure: Evaluate | None = None) -> Tensor:  # type: ignore[override]
        """Move the weights once; see :meth:`qaimagic.SPSA.step`."""
        evaluate = evaluation(closure, "QNSPSA")
        with watched(self._layers) as seen:
            loss, slope = self.estimate(evaluate)
        steps = self.param_groups[0]["steps"] + 1
        moves = slope.clone()
        first = 0
        for layer, weights in self._layers.items():
            part = slice(first, first := first + sum(weight.numel() for weight in weights))
            # Both evaluations call the layer alike: what the first one showed is enough.
            calls = seen[layer][: len(seen[layer]) // 2]
            if calls:
                metric = self._mean_metric(weights[0], self.metric(layer, calls), steps)
                moves[part] = natural(slope[part], metric, self._damping)
        put(flat(self.weights) - self._gain() * moves, self.weights)
        put_gradient(slope, self.weights)
        self.param_groups[0]["steps"] = steps
        return loss

    def metric(self, layer: Any, calls: list[Call]) -> Tensor:
        """Return one estimate of a layer's metric, of shape (P, P), averaged over what it saw."""
        here = flat(self._layers[layer])
        reach = self.param_groups[0]["perturbation"]
        one, other = random_signs(here), random_signs(here)
        ways = ((1, 1, 1.0), (1, 0, -1.0), (-1, 1, -1.0), (-1, 0, 1.0))
        curvature = torch.zeros((), dtype=here.dtype, device=here.device)
        for first, second, sign in ways:
            moved = here + reach * (first * one + second * other)
            named = _named(layer, moved)
            overlaps = [layer.fidelity(named, *call.data, **call.named).mean() for call in calls]
            curvature += sign * mean_over(calls, overlaps)
        product = torch.outer(one, other)
        estimate: Tensor = -curvature / (8 * reach**2) * (product + product.mT)
        return estimate

    def _mean_metric(self, key: Tensor, estimate: Tensor, steps: int) -> Tensor:
        state = self.state[key]
        known = state.get("metric", torch.eye(len(estimate)).to(estimate))
        mean: Tensor = known + (estimate - known) / (steps + 1)
        state["metric"] = mean
        return mean


def _named(layer: Any, numbers: Tensor) -> dict[str, Tensor]:
    """Return numbers that lie side by side as weights of a layer, by name."""
    weights = {name: one for name, one in layer.named_parameters() if one.requires_grad}
    parts = torch.split(numbers, [one.numel() for one in weights.values()])
    return {
        name: part.reshape(one.shape)
        for (name, one), part in zip(weights.items(), parts, strict=True)
    }
