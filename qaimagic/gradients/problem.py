r"""What is differentiated, and the classical half of the chain rule.

A circuit knows the parameters :math:`\phi` of its gates; its weights and data :math:`w` may go
through any code before they turn a gate, and one weight may turn several:

.. math:: \frac{\partial y}{\partial w} = \sum_p \frac{\partial y}{\partial \phi_p}
    \, \frac{\partial \phi_p}{\partial w}

The first factor is a quantum computer's, the second torch's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pennylane as qml
import torch
from pennylane.devices.preprocess import decompose
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.execution import with_trainable
from qaimagic.errors import CircuitError
from qaimagic.gradients.recipes import Numbers


@dataclass(frozen=True)
class Problem:
    """The circuits of a batch, and what their parameters come from.

    Attributes:
        name: The layer's name, for messages.
        tapes: One circuit for each sample; parameters are torch tensors.
        arguments: For each differentiated argument its values, (batch, ...); weights are repeated
            for each sample, so that samples' derivatives stay apart.
        data_names: Those of the layer's arguments that receive data.
        leading: The batch dimensions that the caller gave.
        wires: The wires of the circuits; None where the device adds them as it runs.
        device_for: Gives the PennyLane device for wires.
        device_wires: The wires of a device that is given with its wires, else None.
        shots: The number of shots for each circuit, or None for exact answers.
        is_noisy: Whether the device puts noise after each gate, which has two wires at most.
    """

    name: str
    tapes: tuple[QuantumScript, ...]
    arguments: Mapping[str, Tensor]
    data_names: tuple[str, ...]
    leading: tuple[int, ...]
    wires: list[Any] | None
    device_for: Callable[[list[Any] | None], Any]
    device_wires: Sequence[Any] | None
    shots: int | None
    is_noisy: bool


class Layer(Protocol):
    """What can be differentiated: a layer of a circuit."""

    def gradient_problem(
        self,
        data: Sequence[Any],
        method: str,
        *,
        inputs: bool,
        device: Any,
        shots: int | None,
        seed: int | None,
    ) -> Problem:
        """Return the circuits for ``data``, and how they would run."""


def in_gates(
    tape: QuantumScript, differentiates: Callable[[Any], bool], method: str
) -> QuantumScript:
    """Return a tape whose trainable operations are all ones that a method can differentiate.

    Raises:
        CircuitError: If an operation cannot be taken apart into such ones.
    """

    def stops(operation: Any) -> bool:
        return not _is_trained(operation) or (
            all(map(_is_real_number, operation.data)) and differentiates(operation)
        )

    apart = tape
    if not all(map(stops, tape.operations)):
        try:
            [apart], _ = decompose(
                tape, stopping_condition=stops, skip_initial_state_prep=False, error=CircuitError
            )
        except CircuitError as error:
            name = next(one for one in tape.operations if not stops(one)).name
            raise CircuitError(
                f"Gradient method `{method}` has no rule for the parameters of `{name}`. "
                "`finite-diff` and `spsa` need none; `backprop`, on a simulator, is exact."
            ) from error
    return with_trainable(apart)


def as_numbers(tape: QuantumScript) -> QuantumScript:
    """Return a tape with numbers in the place of tensors."""
    parameters = tape.get_parameters(trainable_only=False)
    values = [
        value.detach().cpu().numpy()[()] if isinstance(value, Tensor) else value
        for value in parameters
    ]
    return tape.bind_new_parameters(values, range(len(values)))


def slopes(
    tapes: Sequence[QuantumScript], arguments: Mapping[str, Tensor]
) -> list[dict[str, Numbers]]:
    """Return the derivatives of gates' parameters by a layer's arguments.

    One backward pass serves a parameter of all samples, since a sample's parameters depend on
    its own row alone.

    Returns:
        For each tape and argument an array of shape (n_parameters, size of the argument).
    """
    parameters = [tape.get_parameters() for tape in tapes]
    rows: list[dict[str, list[Numbers]]] = [{name: [] for name in arguments} for _ in tapes]
    for place in range(max(map(len, parameters), default=0)):
        present = [index for index, own in enumerate(parameters) if place < len(own)]
        total = sum(parameters[index][place] for index in present)
        found = torch.autograd.grad(
            total, list(arguments.values()), retain_graph=True, materialize_grads=True
        )
        for name, gradient in zip(arguments, found, strict=True):
            flat = gradient.reshape(len(tapes), -1).cpu().numpy()
            for index in present:
                rows[index][name].append(flat[index])
    sizes = {name: values[0].numel() for name, values in arguments.items()}
    return [
        {name: np.reshape(own[name], (-1, size)) for name, size in sizes.items()} for own in rows
    ]


def _is_trained(operation: Any) -> bool:
    return any(map(qml.math.requires_grad, operation.data))


def _is_real_number(value: Any) -> bool:
    is_complex = value.is_complex() if isinstance(value, Tensor) else np.iscomplexobj(value)
    return np.ndim(value) == 0 and not is_complex
