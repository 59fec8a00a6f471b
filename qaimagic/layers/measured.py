"""What a layer answers to questions that run its circuit: how its answers scatter, its metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from torch import Tensor

from qaimagic.layers.facts import CircuitFacts
from qaimagic.layers.inputs import gather
from qaimagic.layers.metric import fidelity_of, metric_of
from qaimagic.layers.uncertainty import errors_of


class CircuitMeasures(CircuitFacts):
    """What can be measured about a layer's circuit besides its answers."""

    def standard_errors(self, *data: Any, **named: Any) -> Tensor:
        r"""Return how far each answer scatters from one run with shots to the next.

        With N shots an answer is an average, :math:`\bar o \pm \sqrt{\mathrm{Var}(O) / N}`. The
        variance is the exact one, on the layer's device without shots.

        Args:
            *data: A tensor of shape (..., n_features) for each data argument, in order.
            **named: The same by name.

        Returns:
            A tensor of shape (..., n_outputs), without gradient.

        Raises:
            DeviceError: If the layer runs without shots, so that its answers are exact.
            CircuitError: If something else than expectation values and probabilities is measured.
        """
        batch = gather(self.name, self.data_names, data, named, self._widths())
        weights = {name: getattr(self, name).detach() for name in self.circuit.shapes}
        job = self.runner.job(self.circuit, for_errors=True)
        return errors_of(self.circuit, job, batch, weights)

    def metric_tensor(
        self,
        *data: Any,
        approx: Literal["block-diag", "diag"] | None = "block-diag",
        **named: Any,
    ) -> Tensor:
        r"""Return the Fubini-Study metric of the circuit in its weights, averaged over the batch.

        .. math:: g_{ij} = \mathrm{Re} \left( \langle\partial_i\psi|\partial_j\psi\rangle
            - \langle\partial_i\psi|\psi\rangle \langle\psi|\partial_j\psi\rangle \right)

        It says how far the state moves with the weights: natural gradients divide by it. It is
        worked out between the angles of gates, and brought to the weights by the chain rule. On
        an ideal simulator without shots it comes of the state and its derivatives; elsewhere, its
        blocks are measured, one circuit for each block where the gates turn about Pauli words.

        Args:
            *data: A tensor of shape (..., n_features) for each data argument, in order.
            approx: Which entries between the angles of gates count: ``"block-diag"`` for those of
                gates that stand side by side, ``"diag"`` for each gate's with itself, and None for
                all, which needs the state.
            **named: The data by name.

        Returns:
            A tensor of shape (P, P) for the P numbers in all weights, side by side in the order of
            ``weight_shapes``, without gradient.

        Raises:
            ValueError: If there is no such approximation, or the batch is empty.
            DeviceError: If the whole metric is asked of a device that has no state.
            CircuitError: If the circuit has none, because it measures before its end or the like.

        Example:
            >>> import pennylane as qml, torch
            >>> from qaimagic import quantum
            >>> @quantum
            ... def circuit(inputs, theta: 2):
            ...     qml.RY(inputs[0], wires=0)
            ...     qml.RX(theta[0], wires=0)
            ...     qml.RY(theta[1], wires=1)
            ...     return qml.expval(qml.Z(0) @ qml.Z(1))
            >>> circuit.metric_tensor(torch.zeros(5, 1)).diagonal()
            tensor([0.2500, 0.2500])

        References:
            Stokes et al., Quantum 4, 269 (2020), arXiv:1909.02108.
        """
        batch = gather(self.name, self.data_names, data, named, self._widths())
        weights = {name: getattr(self, name) for name in self.circuit.shapes}
        return metric_of(self.circuit, self.runner.job(self.circuit), batch, weights, approx)

    def fidelity(self, weights: Mapping[str, Tensor], *data: Any, **named: Any) -> Tensor:
        r"""Return how alike the circuit's state is to that with other weights, for each sample.

        .. math:: F = |\langle \psi(x, \theta) | \psi(x, \theta') \rangle|^2

        The circuit runs, and the one with the other weights is undone after it: F is the
        probability that all wires are back at 0.

        Args:
            weights: The other weights :math:`\theta'` by name; those not named stay as they are.
            *data: A tensor of shape (..., n_features) for each data argument, in order.
            **named: The data by name.

        Returns:
            A tensor of shape (...), without gradient.

        Raises:
            CircuitError: If the circuit measures before its end, or starts from amplitudes.

        Example:
            >>> import pennylane as qml, torch
            >>> from qaimagic import quantum
            >>> @quantum
            ... def circuit(theta: ()):
            ...     qml.RX(theta, wires=0)
            ...     return qml.expval(qml.Z(0))
            >>> turned = circuit.fidelity({"theta": circuit.theta + torch.pi / 2})
            >>> round(turned.item(), 4)
            0.5
        """
        batch = gather(self.name, self.data_names, data, named, self._widths())
        own = {name: getattr(self, name) for name in self.circuit.shapes}
        job = self.runner.job(self.circuit)
        return fidelity_of(self.circuit, job, batch, own, {**own, **weights})
