r"""How alike two states are: one circuit prepares the first and undoes the second."""

from __future__ import annotations

import pennylane as qml
import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.execution import as_samples
from qaimagic.bridge.mapping import MappedTapes
from qaimagic.bridge.metric.errors import NoMetricError
from qaimagic.bridge.metric.from_covariances import Execute
from qaimagic.bridge.metric.turns import Turns


def fidelity(one: MappedTapes, other: MappedTapes, execute: Execute) -> Tensor:
    r"""Return :math:`|\langle \psi | \varphi \rangle|^2` for each sample.

    Args:
        one: The circuits of the states :math:`\psi`.
        other: Those of :math:`\varphi`, for the same samples.
        execute: Runs circuits.

    Returns:
        A tensor of shape (B,).

    Raises:
        NoMetricError: If a state is not pure, or its preparation cannot be undone.
    """
    pairs = zip(one.tapes, other.tapes, strict=True)
    tapes = tuple(_there_and_back(Turns(first), Turns(second)) for first, second in pairs)
    with torch.no_grad():
        [found] = as_samples(list(execute(tapes)), MappedTapes(tapes, one.batch_size))
    return torch.as_tensor(found)


def _there_and_back(one: Turns, other: Turns) -> QuantumScript:
    if one.start is not None or other.start is not None:
        raise NoMetricError("it starts from amplitudes, which no gate undoes")
    with qml.QueuingManager.stop_recording():
        back = [qml.adjoint(gate) for gate in reversed(other.gates)]
    wires = qml.wires.Wires.all_wires([one.wires, other.wires])
    nothing = qml.Projector([0] * len(wires), wires=wires)
    return QuantumScript([*one.gates, *back], [qml.expval(nothing)])
