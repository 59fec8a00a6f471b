"""What is installed: every co-processor that PennyLane knows by its entry point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from qaimagic._checks import did_you_mean
from qaimagic.errors import DeviceError

GENERIC_METHODS = ("parameter-shift", "finite-diff", "spsa", "hadamard")
_DEVICE_METHODS = ("backprop", "adjoint")
_OURS = "qaimagic.qubit"
_PROBED_PACKAGES = ("pennylane", "pennylane-lightning", "qaimagic")
_NOT_QUBITS = ("default.gaussian", "default.qutrit", "default.qutrit.mixed", "null.qubit")
_DESCRIPTIONS = {
    "default.clifford": "Clifford circuits of very many wires; no gradients",
    "default.mixed": "density matrices: circuits with noise channels",
    "default.qubit": "state vectors, whole batches at once, differentiable",
    "default.tensor": "tensor networks: many wires, little entanglement",
    "lightning.gpu": "state vectors on an NVIDIA GPU",
    "lightning.kokkos": "state vectors in C++ on many cores or a GPU",
    "lightning.qubit": "state vectors in C++, one sample at a time",
    "qaimagic.qubit": "state vectors, whole batches at once, compiled and differentiable",
    "reference.qubit": "a slow, readable state-vector simulator",
}


@dataclass(frozen=True)
class DeviceInfo:
    """One entry of the catalogue.

    Attributes:
        name: What ``--device`` takes, such as ``"qaimagic.qubit"``.
        kind: ``"simulator"``, or ``"plug-in"`` for a device that was not probed, since making
            it might contact a vendor.
        description: What it is good for, in a few words.
        package: The distribution it comes from, with its version.
        ready: Whether it can run now (for a plug-in: whether its package is installed).
        missing: What is missing if it is not ready, as its own package says it.
        diff_methods: The gradient methods that it can be asked for without shots.
        supports_shots: Whether it can sample a finite number of shots.
    """

    name: str
    kind: str
    description: str
    package: str
    ready: bool
    missing: str
    diff_methods: tuple[str, ...]
    supports_shots: bool


def names() -> list[str]:
    """Return the names of all devices for qubits that are installed: ours, then by the alphabet."""
    return sorted(_entries(), key=lambda name: (not name.startswith("qaimagic."), name))


def available() -> list[DeviceInfo]:
    """Return what is installed and what each device can do, in the order of `names`.

    Example:
        >>> from qaimagic import devices
        >>> devices.available()[0].name
        'qaimagic.qubit'
    """
    return [info(name) for name in names()]


@cache
def info(name: str) -> DeviceInfo:
    """Return the catalogue's entry for ``name``, measured on a one-wire probe.

    Our own is known, and a probe of it might have to compile what nobody asked for yet.

    Raises:
        DeviceError: If no installed package brings a device of that name.
    """
    entries = _entries()
    if name not in entries:
        hint = did_you_mean(name, entries)
        raise DeviceError(
            f"Device `{name}` is not installed.{hint} `%qdevices` lists what is here; "
            "a vendor's plug-in brings more (for example `pip install pennylane-qiskit`)."
        )
    entry = entries[name]
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
    description = _DESCRIPTIONS.get(name, "")
    if entry.dist is None or entry.dist.name.lower().replace("_", "-") not in _PROBED_PACKAGES:
        return DeviceInfo(name, "plug-in", description, package, True, "", GENERIC_METHODS, True)
    try:
        device = _make(name)
    except Exception as error:
        missing = " ".join(str(error).split())
        return DeviceInfo(name, "simulator", description, package, False, missing, (), False)
    methods = diff_methods_of(device)
    shots = name == _OURS or _can(device, shots=10)
    return DeviceInfo(name, "simulator", description, package, True, "", methods, shots)


def diff_methods_of(device: Any) -> tuple[str, ...]:
    """Return the gradient methods of a PennyLane device object, without shots."""
    import pennylane as qml

    if device.name == _OURS:
        return _DEVICE_METHODS + GENERIC_METHODS
    if not _can(device, shots=None):
        return ()
    tape = _probe_tape(shots=None)
    own = tuple(
        method
        for method in _DEVICE_METHODS
        if device.supports_derivatives(qml.devices.ExecutionConfig(gradient_method=method), tape)
    )
    return own + GENERIC_METHODS


@cache
def _entries() -> dict[str, EntryPoint]:
    found = {entry.name: entry for entry in entry_points(group="pennylane.plugins")}
    return {name: entry for name, entry in found.items() if name not in _NOT_QUBITS}


def _make(name: str) -> Any:
    import pennylane as qml

    return qml.device(name, wires=1)


def _probe_tape(shots: int | None) -> Any:
    import pennylane as qml

    return qml.tape.QuantumScript(
        [qml.RX(0.1, wires=0)], [qml.expval(qml.Z(0))], shots=shots, trainable_params=[0]
    )


def _can(device: Any, *, shots: int | None) -> bool:
    import pennylane as qml

    try:
        qml.execute([_probe_tape(shots)], device, diff_method=None)
    except Exception:
        return False
    return True
