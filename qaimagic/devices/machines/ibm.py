"""IBM's machines as their calibration data describe them: ``ibm:FakeTorino`` and the like.

qiskit-ibm-runtime ships a snapshot of each machine: which wires are coupled, the gates it has,
how long and how good each is, and how often each wire is read the wrong way round. Qiskit compiles
circuits for it, and Aer runs them with that noise.

The noise of a whole machine takes Aer seconds to take in, at each run. Only the noise of the wires
that a compiled circuit uses is given to it, which changes no number.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from qaimagic._clock import Phase
from qaimagic.bridge.depth import longest_chain
from qaimagic.devices.machines.machine import Machine
from qaimagic.devices.machines.tables import BARRIER, Make
from qaimagic.errors import DeviceError

FAMILY = "ibm"
_MAX_EXACT_WIRES = 12
_STATES = ("QubitUnitary", "StatePrep", "Barrier", "Adjoint(GlobalPhase)")
_SEED = 0
"""Of the compiler, so that a circuit is laid out on the same wires every time."""


class IBMMachine(Machine):
    """A noisy copy of a machine of IBM's, by the name of its snapshot.

    Args:
        machine: The name of the snapshot, such as ``"FakeTorino"``.
        wires: The wires, or None for as many as a circuit has.
        seed: The seed of the shots, or None for a new one.
    """

    def __init__(self, machine: str, wires: Any = None, seed: int | None = None) -> None:
        self._machine = machine
        size = _backend(machine).num_qubits
        super().__init__(f"{FAMILY}:{machine}", gate_names(), size, wires=wires, seed=seed)

    def places(self, make: Make) -> tuple[int, ...]:
        """Return the machine's own wires that are read, in the order in which they are measured."""
        return tuple(place for place, _ in _compiled(self._machine, make).reading)

    def probabilities(self, make: Make, rows: Any) -> Any:
        """Return the chances of what is read, exactly, of shape (rows, 2**n_measured)."""
        if make.n_wires > _MAX_EXACT_WIRES:
            raise DeviceError(
                f"Exact answers of `{self.name}` take density matrices, up to "
                f"{_MAX_EXACT_WIRES} wires, but the circuit has {make.n_wires}. Ask for shots."
            )
        with Phase("compiling"):
            compiled = _compiled(self._machine, make)
        unread = compiled.circuit.copy_empty_like()
        for step in compiled.circuit.data:
            if step.operation.name not in ("barrier", "measure"):
                unread.append(step)
        unread.save_probabilities([qubit for qubit, _ in compiled.reading][::-1])
        result = _run(unread, compiled, rows, method="density_matrix", shots=1)
        chances = np.stack([result.data(row)["probabilities"] for row in range(len(rows))])
        cube = chances.reshape(-1, *[2] * len(make.measured))
        for axis, (_, confusion) in enumerate(compiled.reading, start=1):
            cube = np.moveaxis(np.tensordot(cube, confusion, axes=(axis, 0)), -1, axis)
        return cube.reshape(len(rows), -1)

    def compiled_depth(self, make: Make) -> int:
        """Return the depth in gates on two wires of what Qiskit makes of a circuit."""
        steps = _compiled(self._machine, make).circuit.data
        return longest_chain(s.qubits for s in steps if s.operation.name != "barrier")

    def samples(self, make: Make, rows: Any, shots: int, seed: int) -> Any:
        """Return what is read, bits of shape (rows, shots, n_measured)."""
        with Phase("compiling"):
            compiled = _compiled(self._machine, make)
        options = {"shots": shots, "seed_simulator": seed, "memory": True}
        result = _run(compiled.circuit, compiled, rows, **options)
        words = [[int(word, 16) for word in result.data(row)["memory"]] for row in range(len(rows))]
        kind = np.int64 if len(make.measured) < 63 else object
        bits = np.array(words, dtype=kind)[..., np.newaxis] >> np.arange(len(make.measured)) & 1
        return bits.astype(np.int64)


def machines() -> list[str]:
    """Return the names of the snapshots that qiskit-ibm-runtime ships."""
    provider = _provider()
    return sorted(
        name
        for name, found in vars(provider).items()
        if name.startswith("Fake") and hasattr(found, "target")
    )


class _Compiled(NamedTuple):
    """A circuit in the machine's own gates.

    Attributes:
        circuit: What Qiskit made of it, with a parameter for each of the make's that is left.
        noise: The noise of the wires that it uses.
        reading: For each measured wire its place on the machine, and its confusion matrix:
            row i holds the chances to read 0 and 1 where it is in state i.
    """

    circuit: Any
    noise: Any
    reading: list[tuple[int, Any]]


@lru_cache(maxsize=256)
def _compiled(machine: str, make: Make) -> _Compiled:
    circuit = _compiler(machine, make.places).run(circuit_of(make))
    places = {bit: place for place, bit in enumerate(circuit.qubits)}
    used = [places[bit] for step in circuit.data for bit in step.qubits]
    known = _confusions(machine)
    reads = [step.qubits[0] for step in circuit.data if step.operation.name == "measure"]
    order = [step.clbits[0] for step in circuit.data if step.operation.name == "measure"]
    at = {
        circuit.find_bit(bit).index: places[qubit] for bit, qubit in zip(order, reads, strict=True)
    }
    reading = [(at[bit], known.get(at[bit], np.eye(2))) for bit in range(len(make.measured))]
    return _Compiled(circuit, _noise_on(machine, frozenset(used)), reading)


def circuit_of(make: Make) -> Any:
    """Return Qiskit's circuit, with a parameter for each slot of the make."""
    from pennylane_qiskit.converter import QISKIT_OPERATION_MAP
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    parameters = ParameterVector("p", make.n_parameters)
    circuit = QuantumCircuit(make.n_wires, len(make.measured))
    for gate in make.gates:
        if gate.name == BARRIER:
            circuit.barrier()
            continue
        instruction = QISKIT_OPERATION_MAP[gate.name](*(parameters[slot] for slot in gate.slots))
        circuit.append(instruction, gate.wires)
    circuit.barrier()
    circuit.measure(make.measured, range(len(make.measured)))
    return circuit


def _run(circuit: Any, compiled: _Compiled, rows: Any, **options: Any) -> Any:
    """Return Aer's result, with one experiment for each row of parameters."""
    from qiskit_aer import AerSimulator

    simulator = AerSimulator(noise_model=compiled.noise)
    left = {parameter: rows[:, parameter.index].tolist() for parameter in circuit.parameters}
    if left:
        job = simulator.run([circuit], parameter_binds=[left], **options)
    else:
        job = simulator.run([circuit] * len(rows), **options)
    result = job.result()
    if not result.success:
        raise DeviceError(f"Aer could not run the circuit: {result.status}")
    return result


@lru_cache(maxsize=64)
def _noise_on(machine: str, wires: frozenset[int]) -> Any:
    """Return the noise of some of a machine's wires."""
    target = _part(_backend(machine).target, wires)
    known = _confusions(machine)
    return _noise(target, {wire: known[wire] for wire in wires if wire in known})


def _part(target: Any, wires: frozenset[int]) -> Any:
    """Return the part of a machine's description that is about some of its wires."""
    from qiskit.transpiler import Target

    part = Target(target.description, target.num_qubits, target.dt)
    part.qubit_properties = target.qubit_properties
    for name in target.operation_names:
        kept = {at: how for at, how in (target[name] or {}).items() if at and wires.issuperset(at)}
        if kept:
            part.add_instruction(target.operation_from_name(name), kept, name=name)
    return part


def _noise(target: Any, readings: Mapping[int, Any]) -> Any:
    from qiskit_aer.noise import NoiseModel

    names = list(target.operation_names)
    described = SimpleNamespace(version=2, operation_names=names, target=target, dt=target.dt)
    # Aer would read 0 and 1 with the mean of both errors, which is all that a target has.
    model = NoiseModel.from_backend(described, readout_error=False)
    for wire, confusion in readings.items():
        model.add_readout_error(confusion, [wire])
    written = model.to_dict(serializable=True)
    # Aer writes it out anew at every run, which takes as long as running 25 circuits.
    model.to_dict = lambda **_how: written
    return model


@cache
def _confusions(machine: str) -> dict[int, Any]:
    """Return for each wire of a machine how it is read: row i where it is in state i."""
    from qiskit_aer.noise.device import basic_device_readout_errors

    errors = basic_device_readout_errors(properties=_backend(machine).properties())
    return {wire: error.probabilities for [wire], error in errors}


@cache
def _compiler(machine: str, places: tuple[int, ...] | None) -> Any:
    from qiskit.transpiler import generate_preset_pass_manager

    return generate_preset_pass_manager(
        backend=_backend(machine), initial_layout=places and list(places), seed_transpiler=_SEED
    )


@cache
def _backend(machine: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = vars(_provider())[machine]()
    if "measure" not in found.target:
        # So in the oldest snapshots, whose wires have their readout errors all the same.
        wires = {(wire,): None for wire in range(found.num_qubits)}
        found.target.add_instruction(import_module("qiskit.circuit").Measure(), wires)
    return found


@cache
def gate_names() -> frozenset[str]:
    """Return the names of the gates that Qiskit has."""
    from pennylane_qiskit.converter import QISKIT_OPERATION_MAP

    return frozenset(QISKIT_OPERATION_MAP) - set(_STATES)


def _provider() -> Any:
    from qiskit_ibm_runtime import fake_provider

    return fake_provider
