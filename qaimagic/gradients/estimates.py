"""What an estimate of a gradient says, and how certain it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import short_number
from qaimagic.gradients.answers import Answers
from qaimagic.gradients.recipes import Numbers


class Sample(NamedTuple):
    """What the circuits for one sample answered, and how much they count.

    Attributes:
        shares: For each argument, how much each answer counts, (size, n_circuits).
        answers: The answers.
    """

    shares: Mapping[str, Numbers]
    answers: Answers


class LossGradient(NamedTuple):
    """The gradient of a loss.

    Attributes:
        gradients: By argument: of a weight in its shape, of data of shape (..., n_features).
        standard_errors: How far each number scatters for its shots, in the same shapes; None
            where the answers were exact.
    """

    gradients: dict[str, Tensor]
    standard_errors: dict[str, Tensor] | None


@dataclass(frozen=True, repr=False)
class GradientEstimate:
    r"""The derivatives of a layer's answers, from circuits.

    Attributes:
        method: The gradient method.
        shots: The number of shots for each circuit, or None for exact answers.
        circuits: The number of circuits that ran.
        jacobians: By argument, in double precision: of a weight of shape
            (..., n_outputs, \*weight_shape), for each sample apart; of data of shape
            (..., n_outputs, n_features), of each sample by its own features.
        standard_errors: How far each number scatters for its shots, in the same shapes; None
            where the answers were exact. Directions drawn by SPSA scatter besides.
    """

    method: str
    shots: int | None
    circuits: int
    jacobians: dict[str, Tensor]
    standard_errors: dict[str, Tensor] | None
    leading: tuple[int, ...]
    data_names: tuple[str, ...]
    samples: tuple[Sample, ...]

    def __repr__(self) -> str:
        """Return what was estimated, and how certain it is: too many numbers to print."""
        shots = "exact" if self.shots is None else f"{self.shots:,} shots"
        shapes = ", ".join(f"{name} {tuple(one.shape)}" for name, one in self.jacobians.items())
        errors = ""
        if self.standard_errors is not None:
            largest = max(float(one.max()) for one in self.standard_errors.values() if len(one))
            errors = f"; standard errors up to {short_number(largest, 2)}"
        circuits = "1 circuit" if self.circuits == 1 else f"{self.circuits:,} circuits"
        return f"GradientEstimate({self.method}, {shots}, {circuits}; jacobians {shapes}{errors})"

    def pulled_back(self, cotangent: Tensor) -> LossGradient:
        r"""Return the gradient of a loss L, from its derivatives by the layer's answers.

        .. math:: \frac{\partial L}{\partial w} = \sum_{b, k} \frac{\partial L}{\partial y_{bk}}
            \frac{\partial y_{bk}}{\partial w}

        No circuit runs. Answers that come from the same shots scatter together, which counts.

        Args:
            cotangent: The derivatives of the loss, (..., n_outputs), as ``backward()`` leaves them
                in the ``grad`` of the layer's answer.

        Raises:
            ValueError: If it has another shape than the layer's answer.

        Example:
            >>> import qaimagic
            >>> @qaimagic.quantum
            ... def layer(inputs, theta: (2,)):
            ...     qml.RX(inputs[0] + theta[0], wires=0)
            ...     qml.RY(theta[1], wires=0)
            ...     return qml.expval(qml.Z(0))
            >>> X = torch.linspace(-1, 1, 5).reshape(5, 1)
            >>> estimate = qaimagic.gradients.estimate(layer, X, shots=1000, seed=1)
            >>> answers = layer(X).detach().requires_grad_()
            >>> answers.square().mean().backward()
            >>> loss = estimate.pulled_back(answers.grad)
            >>> loss.gradients["theta"].shape, loss.standard_errors["theta"].shape
            (torch.Size([2]), torch.Size([2]))
        """
        shape = next(iter(self.jacobians.values())).shape[: len(self.leading) + 1]
        given = torch.as_tensor(cotangent).detach().cpu().double()
        if given.shape != shape:
            rule = f"have the shape of the layer's answer, {tuple(shape)}"
            raise ValueError(requirement("cotangent", rule, f"its shape is {tuple(given.shape)}"))
        rows = given.reshape(-1, shape[-1])
        gradients = {}
        for name, jacobian in self.jacobians.items():
            apart = jacobian.reshape(*rows.shape, -1)
            gradients[name] = self._shaped(name, torch.einsum("bk,bks->bs", rows, apart))
        if self.standard_errors is None:
            return LossGradient(gradients, None)
        scatter = [
            sample.answers.variances_along(direction)
            for sample, direction in zip(self.samples, rows.numpy(), strict=True)
        ]
        errors = {}
        for name in self.jacobians:
            pairs = zip(self.samples, scatter, strict=True)
            variances = np.array([sample.shares[name] ** 2 @ one for sample, one in pairs])
            errors[name] = self._shaped(name, torch.from_numpy(variances)).sqrt()
        return LossGradient(gradients, errors)

    def _shaped(self, name: str, rows: Tensor) -> Tensor:
        """Return what samples give, (batch, size): of data as it is, of a weight their sum."""
        own = self.jacobians[name].shape[len(self.leading) + 1 :]
        if name in self.data_names:
            return rows.reshape(*self.leading, *own)
        return rows.sum(dim=0).reshape(own)
