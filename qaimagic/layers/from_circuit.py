"""``qaimagic.from_circuit``: a layer of a circuit from Qiskit, Cirq or OpenQASM."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pennylane as qml
from pennylane.measurements import MeasurementProcess

from qaimagic._checks import requirement
from qaimagic.bridge.importing.body import body_of, source_of
from qaimagic.bridge.importing.circuit import Imported
from qaimagic.bridge.importing.expressions import bound
from qaimagic.bridge.importing.from_cirq import from_cirq
from qaimagic.bridge.importing.from_qiskit import from_qiskit
from qaimagic.bridge.importing.text import from_text
from qaimagic.devices.saved import found
from qaimagic.devices.selection import Choice, check_choice_of, resolve
from qaimagic.layers.body_circuit import BodyCircuit
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.parameters import Arguments, arguments_for, python_name


def from_circuit(
    circuit: Any,
    inputs: Any = None,
    returns: MeasurementProcess | Sequence[MeasurementProcess] | None = None,
    *,
    device: Any = None,
    diff_method: str = "best",
    shots: int | None = None,
    seed: int | None = None,
) -> HybridLayer:
    """Make a trainable layer of a circuit from Qiskit, Cirq or OpenQASM.

    Its free parameters are the layer's weights, apart from the data. A vector is one weight of its
    length: a ``ParameterVector``, or names that count from 0, such as ``t0``, ``t1``. Weights start
    uniform in [0, 2 pi), and have the parameters' names: where those are no names in Python, the
    nearest ones.

    Qubit k of Qiskit and OpenQASM is wire k, and Cirq's qubits are wires in their own order. Wire 0
    is the most significant bit of probabilities, as in PennyLane, where Qiskit's qubit 0 is the
    least. Gates are as they are written, up to a phase of the whole circuit. One that Qiskit or
    Cirq defines by others is those, as on a machine: a ``PauliEvolutionGate`` its product formula.

    Args:
        circuit: A ``qiskit.QuantumCircuit``, a ``cirq.Circuit``, or a text in OpenQASM 2 or 3.
        inputs: Which parameters are data: names of parameters or of vectors, or the parameters
            themselves, such as ``feature_map.parameters``. All are one argument, ``inputs``, side
            by side in this order. By default those called ``inputs`` or ``x``; ``[]`` for none.
        returns: What the layer answers: a measurement of PennyLane's, or a list. By default the
            expectation value of Z on each wire that the circuit measures at its end, or on all.
        device: A device's name, a profile or a PennyLane device; by default the one that
            ``qaimagic.devices.default()`` names when the layer runs.
        diff_method: The gradient method, by PennyLane's name.
        shots: The number of shots for each circuit; by default exact expectation values.
        seed: The seed of the shots; by default they follow ``torch.manual_seed``.

    Shape:
        - inputs: (..., n_features), any leading batch dimensions
        - answer: (..., n_outputs)

    Returns:
        A :class:`~qaimagic.layers.hybrid.HybridLayer`, whose ``source`` is the circuit as the body
        of a layer.

    Raises:
        TypeError: If ``circuit`` is none, or ``returns`` no measurement.
        ValueError: If ``inputs`` names what the circuit does not have, or the text has no version.
        CircuitError: If the circuit cannot be a layer, as one that measures before its end; of a
            text the message names the line.
        MissingExtraError: If OpenQASM 2 is to be read and Qiskit is not installed.
        DeviceError: If the device is unknown, or lacks the gradient method.

    Example:
        >>> import torch, qaimagic
        >>> layer = qaimagic.from_circuit('''
        ...     OPENQASM 3.0;
        ...     include "stdgates.inc";
        ...     input float x;
        ...     input float theta;
        ...     qubit[2] q;
        ...     ry(x) q[0];
        ...     rx(2 * theta) q[1];
        ...     cx q[0], q[1];
        ... ''')
        >>> layer(torch.zeros(5, 1)).shape
        torch.Size([5, 2])
        >>> list(layer.weight_shapes)
        ['theta']

    References:
        Cross et al., OpenQASM 3, ACM Trans. Quantum Comput. 3, 12 (2022), arXiv:2104.14722.
    """
    choice = Choice(found(device), shots, seed, diff_method)
    check_choice_of(resolve(choice))
    imported = _imported(circuit)
    measurements = _measurements(returns, imported)
    arguments = arguments_for(imported.parameters, inputs, HybridLayer.taken())
    return HybridLayer.assembled(_as_circuit(imported, arguments, measurements), {}, choice)


def _imported(circuit: Any) -> Imported:
    if isinstance(circuit, str):
        return from_text(circuit)
    if _is(circuit, "qiskit", "QuantumCircuit"):
        return from_qiskit(circuit)
    if _is(circuit, "cirq", "AbstractCircuit"):
        return from_cirq(circuit)
    rule = "be a Qiskit `QuantumCircuit`, a Cirq `Circuit`, or a text in OpenQASM"
    fix = "`@qaimagic.quantum` makes a layer of a function, `HybridLayer` of a QNode."
    raise TypeError(requirement("circuit", rule, f"it is {type(circuit).__name__}", fix))


def _is(circuit: Any, module: str, name: str) -> bool:
    """Whether it is of a class of a package, which whoever made it has imported."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(circuit, kind)


def _measurements(returns: Any, imported: Imported) -> tuple[MeasurementProcess, ...]:
    if not imported.n_wires:
        rule = "have at least one qubit"
        raise ValueError(requirement("circuit", rule, "it has none"))
    wires = range(imported.n_wires)
    if returns is None:
        return tuple(qml.expval(qml.Z(wire)) for wire in imported.measured or wires)
    given = tuple(returns) if isinstance(returns, list | tuple) else (returns,)
    for one in given:
        if not isinstance(one, MeasurementProcess):
            rule = "be a measurement such as `qml.expval(qml.Z(0))`, or a list of them"
            raise TypeError(requirement("returns", rule, f"it holds {type(one).__name__}"))
        if strange := [wire for wire in one.wires if wire not in wires]:
            rule = f"measure wires of the circuit, 0 to {len(wires) - 1}"
            raise ValueError(requirement("returns", rule, f"it measures wire {strange[0]!r}"))
    if not given:
        rule = "be at least one measurement"
        raise ValueError(requirement("returns", rule, "it is an empty list"))
    return given


def _as_circuit(
    imported: Imported, arguments: Arguments, measurements: tuple[MeasurementProcess, ...]
) -> BodyCircuit:
    entries = arguments.entries
    gates = tuple(
        replace(one, angles=tuple(bound(angle, entries) for angle in one.angles))
        for one in imported.gates
    )
    circuit = replace(imported, name=python_name(imported.name), gates=gates)
    names = (*arguments.data, *arguments.shapes)
    body = body_of(circuit, names, measurements, arguments.n_features)
    annotated = [*arguments.data, *(f"{one}: {shape}" for one, shape in arguments.shapes.items())]
    source = source_of(circuit, annotated, measurements)
    wires = list(range(circuit.n_wires))
    return BodyCircuit(body, arguments.data, arguments.shapes, wires, source)
