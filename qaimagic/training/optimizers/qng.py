"""The quantum natural gradient, beside a classical optimizer for the rest of a hybrid model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor, optim

from qaimagic._checks import check_choice, check_number, requirement
from qaimagic.training.objective.optimizers import make_optimizer
from qaimagic.training.optimizers.evaluating import flat, put
from qaimagic.training.optimizers.natural import metric_at, natural, quantum_and_rest, watched


class QNG(optim.Optimizer):
    r"""Quantum natural gradient: steps of equal length for the state, not for the angles.

    .. math:: \theta \leftarrow \theta - \eta \, (g + \lambda)^{-1} \nabla L

    with the Fubini-Study metric g of each quantum layer at the batch that the loss was computed
    on, :meth:`qaimagic.HybridLayer.metric_tensor`. All other weights go by ``classical``. A weight
    that does not move the state, such as a factor of an observable, follows its plain gradient.

    Besides the circuits of the gradient, a step takes those of the metric: on an ideal simulator
    none, where it comes of the states; elsewhere a circuit for each sample and block of gates that
    stand side by side.

    Args:
        model: A module, or several modules and tensors.
        lr: Learning rate, of both.
        classical: What moves the weights outside of circuits: an optimizer by torch's name, or a
            function of the parameters and ``lr``.
        approx: Which part of the metric counts: ``"block-diag"``, ``"diag"``, or None for the
            whole, which an ideal simulator has.
        damping: The number :math:`\lambda` that is added to the metric's eigenvalues, which lie
            between 0 and 1/4 for a single rotation. It bounds the step where the metric is small.

    Raises:
        ValueError: If the model has no quantum layer, or a number is out of bounds.

    Example:
        >>> import pennylane as qml, torch
        >>> from qaimagic import QNG, quantum
        >>> @quantum
        ... def energy(theta: 2):
        ...     qml.RY(theta[0], wires=0)
        ...     qml.CRX(theta[1], wires=[0, 1])
        ...     return qml.expval(qml.Z(0) @ qml.Z(1))
        >>> opt = QNG(energy, lr=0.1)
        >>> def closure():
        ...     opt.zero_grad()
        ...     loss = energy().sum()
        ...     loss.backward()
        ...     return loss
        >>> first, last = [opt.step(closure).item() for _ in range(100)][::99]
        >>> last < first
        True

    References:
        Stokes et al., Quantum 4, 269 (2020), arXiv:1909.02108.
    """

    def __init__(
        self,
        model: Any,
        lr: float = 0.01,
        classical: str | Callable[..., Any] = "Adam",
        *,
        approx: Literal["block-diag", "diag"] | None = "block-diag",
        damping: float = 0.01,
    ) -> None:
        if approx is not None:
            check_choice("approx", approx, ["block-diag", "diag"])
        self._approx = approx
        self._damping = check_number("damping", damping, above=0)
        self._layers, rest = quantum_and_rest(model, "QNG")
        rate = check_number("lr", lr, above=0)
        super().__init__([{"params": own} for own in self._layers.values()], {"lr": rate})
        self._classical = self._made(classical, rest, rate) if rest else None
        if self._classical is not None:
            self.param_groups += self._classical.param_groups
            self._link()

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor:  # type: ignore[override]
        """Move all weights once.

        Args:
            closure: Clears the gradients, computes the loss and its gradients, and returns it.

        Returns:
            The loss before the step.

        Raises:
            TypeError: If there is no closure.
        """
        if not callable(closure):
            fix = "QNG has to see what the layers are called with: `opt.step(closure)`."
            rule = "be a function that computes the loss and calls `backward`"
            raise TypeError(requirement("closure", rule, f"it is {closure!r}", fix))
        with torch.enable_grad(), watched(self._layers) as seen:
            loss = closure()
        groups = self.param_groups[: len(self._layers)]
        for (layer, calls), group in zip(seen.items(), groups, strict=True):
            if calls:
                self._move(group, metric_at(layer, calls, self._approx))
        if self._classical is not None:
            self._classical.step()
        return loss

    def _move(self, group: dict[str, Any], metric: Tensor) -> None:
        weights = group["params"]
        slopes = [torch.zeros_like(one) if one.grad is None else one.grad for one in weights]
        direction = natural(flat(slopes), metric, self._damping)
        put(flat(weights) - group["lr"] * direction, weights)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where ``state_dict`` was taken."""
        super().load_state_dict(state_dict)
        self._link()

    def _link(self) -> None:
        """Let the classical optimizer keep its settings and its memory in ours."""
        if self._classical is not None:
            self._classical.param_groups = self.param_groups[len(self._layers) :]
            self._classical.state = self.state

    @staticmethod
    def _made(classical: str | Callable[..., Any], rest: list[Tensor], lr: float) -> Any:
        made = make_optimizer(classical, rest, lr)
        if isinstance(made, optim.LBFGS) or getattr(made, "gradient_free", False):
            rule = "move by gradients computed once, as Adam and SGD do"
            raise ValueError(requirement("classical", rule, f"it is {type(made).__name__}"))
        return made
