"""Google's machines as their calibration data describe them: ``google:willow_pink`` and the like.

cirq-google ships for each machine which wires are coupled, how good each gate is, how fast wires
decay, and how often they are read the wrong way round. Cirq compiles circuits for it and puts the
noise in; our engine runs them, all rows as one batch.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript

from qaimagic._clock import Phase
from qaimagic.bridge.depth import longest_chain
from qaimagic.devices.machines.machine import Machine
from qaimagic.devices.machines.tables import BARRIER, Make

FAMILY = "google"
_FIXED = {
    "CNOT": "CNOT",
    "CZ": "CZ",
    "Hadamard": "H",
    "ISWAP": "ISWAP",
    "PauliX": "X",
    "PauliY": "Y",
    "PauliZ": "Z",
    "S": "S",
    "SWAP": "SWAP",
    "T": "T",
}
_TURNS = {"PhaseShift": "rz", "RX": "rx", "RY": "ry", "RZ": "rz"}
_ENGINE = {"Rx": qml.RX, "Ry": qml.RY, "Rz": qml.RZ}


class GoogleMachine(Machine):
    """A noisy copy of a machine of Google's, by the name of its processor.

    Args:
        machine: The name of the processor, such as ``"willow_pink"``.
        wires: The wires, or None for as many as a circuit has.
        seed: The seed of the shots, or None for a new one.
    """

    def __init__(self, machine: str, wires: Any = None, seed: int | None = None) -> None:
        self._machine = machine
        size = len(_processor(machine).metadata.qubit_set)
        gates = frozenset([*_FIXED, *_TURNS, "U3"])
        super().__init__(f"{FAMILY}:{machine}", gates, size, wires=wires, seed=seed)

    def places(self, make: Make) -> tuple[int, ...]:
        """Return the machine's own wires that are read, in the order in which they are measured."""
        return _compiled(self._machine, make).places

    def probabilities(self, make: Make, rows: Any) -> Any:
        """Return the chances of what is read, exactly, of shape (rows, 2**n_measured)."""
        with Phase("compiling"):
            tape = _tape(_compiled(self._machine, make), rows, qml.probs)
        [chances] = qml.execute([tape], qml.device("qaimagic.qubit"), diff_method=None)
        return np.broadcast_to(chances, (len(rows), 2 ** len(make.measured)))

    def compiled_depth(self, make: Make) -> int:
        """Return the depth in gates on two wires of what Cirq makes of a circuit."""
        import cirq

        steps = native_circuit(self._machine, make).all_operations()
        return longest_chain(s.qubits for s in steps if not cirq.is_measurement(s))

    def samples(self, make: Make, rows: Any, shots: int, seed: int) -> Any:
        """Return what is read, bits of shape (rows, shots, n_measured)."""
        with Phase("compiling"):
            tape = _tape(_compiled(self._machine, make), rows, qml.sample).copy(shots=shots)
        device = qml.device("qaimagic.qubit", seed=seed)
        batch = [tape] if tape.batch_size else [tape] * len(rows)
        found = qml.execute(batch, device, diff_method=None)
        return np.reshape(found, (len(rows), shots, len(make.measured)))


def machines() -> list[str]:
    """Return the names of the processors that cirq-google ships calibration data of."""
    from cirq_google.engine import list_virtual_processors

    return sorted(list_virtual_processors())


class _Step(NamedTuple):
    """One step of a noisy circuit: a rotation by a parameter, or a channel.

    Attributes:
        wires: The places of its wires.
        kind: The gate of PennyLane's.
        slot: The place of its parameter, or None.
        matrices: The Kraus operators of a channel; one for a gate without parameters.
    """

    wires: list[int]
    kind: Any
    slot: int | None = None
    matrices: Any = None


class _Compiled(NamedTuple):
    """A circuit in the machine's own gates, with its noise.

    Attributes:
        steps: The steps in order.
        measured: The places that are read.
        places: The same as the machine numbers its wires.
    """

    steps: list[_Step]
    measured: list[int]
    places: tuple[int, ...]


@lru_cache(maxsize=256)
def _compiled(machine: str, make: Make) -> _Compiled:
    import cirq

    noisy = noisy_circuit(machine, make)
    places = {qubit: place for place, qubit in enumerate(sorted(noisy.all_qubits()))}
    steps = []
    for operation in noisy.all_operations():
        wires = [places[qubit] for qubit in operation.qubits]
        if cirq.is_measurement(operation):
            measured = wires
            read = tuple(map(_qubits(machine).index, operation.qubits))
        elif cirq.is_parameterized(operation):
            [symbol] = cirq.parameter_names(operation)
            kind = _ENGINE[type(operation.gate).__name__]
            steps.append(_Step(wires, kind, slot=int(symbol)))
        elif cirq.has_unitary(operation):
            steps.append(_Step(wires, qml.QubitUnitary, matrices=cirq.unitary(operation)))
        else:
            steps.append(_Step(wires, qml.QubitChannel, matrices=cirq.kraus(operation)))
    return _Compiled(steps, measured, read)


def noisy_circuit(machine: str, make: Make) -> Any:
    """Return a circuit in a machine's own gates, with its noise; symbols are named by slots."""
    return native_circuit(machine, make).with_noise(_noise(machine))


def native_circuit(machine: str, make: Make) -> Any:
    """Return a circuit in a machine's own gates; symbols are named by slots.

    Between barriers it is compiled apart, each part where the last one has left the wires.
    """
    import cirq

    graph = _processor(machine).metadata.nx_graph
    parts = _parts(make)
    wires = cirq.LineQubit.range(make.n_wires)
    read = [wires[wire] for wire in make.measured]
    if make.places is None:
        whole = cirq.Circuit(parts, cirq.measure_each(*read))
        at = cirq.LineInitialMapper(graph).initial_mapping(whole)
    else:
        pinned = [_qubits(machine)[place] for place in make.places]
        at = dict(zip(wires, pinned, strict=True))
    native = cirq.Circuit()
    for part in parts:
        mapper = cirq.HardCodedInitialMapper(at)
        routed, _, moved = cirq.RouteCQC(graph).route_circuit(part, initial_mapper=mapper)
        at = {qubit: moved.get(place, place) for qubit, place in at.items()}
        native += cirq.optimize_for_target_gateset(routed, gateset=cirq.CZTargetGateset())
    return native + cirq.Circuit(cirq.measure(*(at[wire] for wire in read)))


def _parts(make: Make) -> list[Any]:
    """Return the circuit as Cirq's, cut at barriers, without its measurement."""
    import cirq
    import sympy

    qubits = cirq.LineQubit.range(make.n_wires)
    parts = [cirq.Circuit()]
    for gate in make.gates:
        at = [qubits[wire] for wire in gate.wires]
        symbols = [sympy.Symbol(str(slot)) for slot in gate.slots]
        if gate.name == BARRIER:
            parts.append(cirq.Circuit())
        elif gate.name == "U3":
            theta, phi, first = symbols
            parts[-1] += [cirq.rz(first)(*at), cirq.ry(theta)(*at), cirq.rz(phi)(*at)]
        elif gate.name in _TURNS:
            parts[-1] += getattr(cirq, _TURNS[gate.name])(*symbols)(*at)
        else:
            parts[-1] += getattr(cirq, _FIXED[gate.name])(*at)
    return parts


def _tape(compiled: _Compiled, rows: Any, measure: Any) -> QuantumScript:
    operations = []
    for step in compiled.steps:
        value = step.matrices if step.slot is None else rows[:, step.slot]
        operations.append(step.kind(value, wires=step.wires))
    return QuantumScript(operations, [measure(wires=compiled.measured)])


@cache
def _qubits(machine: str) -> list[Any]:
    return sorted(_processor(machine).metadata.qubit_set)


@cache
def _processor(machine: str) -> Any:
    from cirq_google.engine import create_device_from_processor_id

    return create_device_from_processor_id(machine)


@cache
def _noise(machine: str) -> Any:
    import cirq_google
    from cirq_google.engine import load_device_noise_properties

    return cirq_google.NoiseModelFromGoogleNoiseProperties(load_device_noise_properties(machine))
