r"""Noise of one's own: channels after every gate and before every measurement.

A wire that is read the wrong way round with probability r, in whichever Pauli basis, has its Pauli
expectation values shrunk by :math:`1 - 2 r`; so has one that goes through a depolarizing channel
of probability :math:`3 r / 2` before it is read. The channel needs no basis, so that words which do
not commute can be measured on one circuit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pennylane as qml
from pennylane.devices.preprocess import decompose
from pennylane.measurements import (
    ExpectationMP,
    ProbabilityMP,
    SampleMeasurement,
    VarianceMP,
)
from pennylane.operation import Channel
from pennylane.ops.op_math import Conditional
from pennylane.tape import QuantumScript, QuantumScriptBatch

from qaimagic.errors import DeviceError

_FREE = (qml.Identity, qml.GlobalPhase, qml.Barrier, qml.Snapshot)
"""What no machine does anything for."""
_PREPARATIONS = (qml.operation.StatePrepBase,)
_READ = (
    ExpectationMP,
    VarianceMP,
    ProbabilityMP,
    SampleMeasurement,
)


@qml.transform  # type: ignore[untyped-decorator]
def with_noise(
    tape: QuantumScript, depolarizing: float, damping: float, readout: float
) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Put channels after the gates of a tape, and before its measurements.

    Args:
        tape: The circuit.
        depolarizing: The probability of a Pauli error on each wire of a gate.
        damping: The probability that each wire of a gate decays.
        readout: The probability that a measured wire is flipped.
    """
    [apart], _ = decompose(tape, stopping_condition=_is_gate, name="a device with noise of its own")
    operations = []
    for operation in apart.operations:
        operations.append(operation)
        if not _is_noisy(operation):
            continue
        for wire in operation.wires:
            if depolarizing:
                operations.append(qml.DepolarizingChannel(depolarizing, wires=wire))
            if damping:
                operations.append(qml.AmplitudeDamping(damping, wires=wire))
    if readout:
        operations += [
            qml.DepolarizingChannel(1.5 * readout, wires=wire) for wire in _measured(apart)
        ]
    return (apart.copy(operations=operations),), _only


def _is_gate(operation: Any) -> bool:
    """Return whether an operation is one step of a machine, or nothing to take apart."""
    if isinstance(operation, (*_FREE, *_PREPARATIONS, Channel, Conditional)):
        return True
    return len(operation.wires) <= 2 and operation.has_matrix


def _is_noisy(operation: Any) -> bool:
    return not isinstance(operation, (*_FREE, *_PREPARATIONS, Channel))


def _measured(tape: QuantumScript) -> list[Any]:
    """Return the wires that are read at the end; all, where a measurement names none.

    Raises:
        DeviceError: If something is asked for that nobody reads off a machine, such as the state.
    """
    for measurement in tape.measurements:
        if not isinstance(measurement, _READ):
            kind = type(measurement).__name__.removesuffix("MP")
            raise DeviceError(
                f"`{kind}` is not read off wires, so that `readout` means nothing for it. "
                "Leave `readout` out, or measure probabilities or expectation values."
            )
    found = [
        wire for measurement in tape.measurements for wire in (measurement.wires or tape.wires)
    ]
    return list(dict.fromkeys(found))


def _only(results: Any) -> Any:
    return results[0]
