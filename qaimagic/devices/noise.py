r"""Noise of one's own: channels after every gate and before every measurement.

A wire that is read the wrong way round with probability r, in whichever Pauli basis, has its Pauli
expectation values shrunk by :math:`1 - 2 r`; so has one that goes through a depolarizing channel
of probability :math:`3 r / 2` before it is read. The channel needs no basis, so that words which do
not commute can be measured on one circuit.

The channels are put in before the device looks at a circuit: what it makes of a gate or of a
measurement within the circuit for its own ends has no noise.
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
from pennylane.ops import MidMeasure
from pennylane.ops.op_math import Conditional
from pennylane.tape import QuantumScript, QuantumScriptBatch
from pennylane.transforms.core import CompilePipeline

from qaimagic.errors import DeviceError

_FREE = (qml.Identity, qml.GlobalPhase, qml.Barrier, qml.Snapshot, qml.operation.StatePrepBase)
"""What no machine does anything for, and where circuits begin."""
_READ = (ExpectationMP, VarianceMP, ProbabilityMP, SampleMeasurement)


def with_noise(device: Any, **noise: float) -> Any:
    """Let a PennyLane device, which is changed, run circuits with noise; see `noisy`."""
    own: Callable[..., Any] = device.preprocess_transforms

    def preprocess_transforms(execution_config: Any = None) -> Any:
        pipeline = CompilePipeline()
        pipeline.add_transform(noisy, **noise)
        return pipeline + own(execution_config)

    device.preprocess_transforms = preprocess_transforms
    device.in_steps = in_steps
    return device


@qml.transform  # type: ignore[untyped-decorator]
def noisy(
    tape: QuantumScript, depolarizing: float, damping: float, readout: float
) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Put channels after the gates of a tape, and before its measurements.

    Args:
        tape: The circuit.
        depolarizing: The probability of a Pauli error on each wire of a gate.
        damping: The probability that each wire of a gate decays.
        readout: The probability that a measured wire is read the wrong way round.

    Raises:
        DeviceError: If something is asked for that ``readout`` means nothing for.
    """
    apart = in_steps(tape)
    operations = []
    for operation in apart.operations:
        operations.append(operation)
        if isinstance(operation, (*_FREE, Channel, MidMeasure)):
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
    struck = apart.copy(operations=operations)
    parameters = struck.get_parameters(trainable_only=False)
    struck.trainable_params = qml.math.get_trainable_indices(parameters)
    return (struck,), _only


def in_steps(tape: QuantumScript) -> QuantumScript:
    """Return a tape whose gates are those that noise comes after."""
    [apart], _ = decompose(tape, stopping_condition=_is_step, name="a device with noise of its own")
    return apart


def _is_step(operation: Any) -> bool:
    """Return whether an operation is one step of a machine, or nothing to take apart."""
    if isinstance(operation, (*_FREE, Channel, Conditional, MidMeasure)):
        return True
    return len(operation.wires) <= 2 and operation.has_matrix


def _measured(tape: QuantumScript) -> list[Any]:
    """Return the wires that are read at the end; all, where a measurement names none.

    Raises:
        DeviceError: If something is asked for that nobody reads at the end, such as the state.
    """
    within = any(isinstance(operation, MidMeasure) for operation in tape.operations)
    other = [m for m in tape.measurements if not isinstance(m, _READ)]
    if within or other:
        kind = "measure" if within else type(other[0]).__name__.removesuffix("MP")
        raise DeviceError(
            f"`{kind}` is not read off wires at the end, so that `readout` means nothing for it. "
            "Leave `readout` out, or measure probabilities or expectation values at the end."
        )
    found = [wire for m in tape.measurements for wire in (m.wires or tape.wires)]
    return list(dict.fromkeys(found))


def _only(results: Any) -> Any:
    return results[0]
