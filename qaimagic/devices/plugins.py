"""What PennyLane's entry points bring, from whichever package."""

from __future__ import annotations

import warnings
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from qaimagic.devices.info import GENERIC_METHODS, DeviceInfo

_DEVICE_METHODS = ("backprop", "adjoint")
_OURS = "qaimagic.qubit"
_PROBED_PACKAGES = ("pennylane", "pennylane-lightning", "pennylane-qiskit", "qaimagic")
_HARDWARE = {
    "qiskit.remote": "make it yourself, `qml.device('qiskit.remote', wires=4, backend=backend)`, "
    "and use that object"
}
_PAID = ("braket aws", "braket.aws")
_LEFT_OUT = (
    "default.gaussian",
    "default.qutrit",
    "default.qutrit.mixed",
    "null.qubit",
    "qiskit.basicaer",
)
"""What has no qubits, computes nothing, or is an entry point to a class that is gone."""
_DESCRIPTIONS = {
    "default.clifford": "Clifford circuits of very many wires; no gradients",
    "default.mixed": "density matrices: circuits with noise channels",
    "default.qubit": "state vectors, whole batches at once, differentiable",
    "default.tensor": "tensor networks: many wires, little entanglement",
    "lightning.gpu": "state vectors on an NVIDIA GPU",
    "lightning.kokkos": "state vectors in C++ on many cores or a GPU",
    "lightning.qubit": "state vectors in C++, one sample at a time",
    "qaimagic.qubit": "state vectors, whole batches at once, compiled and differentiable",
    "qiskit.aer": "Qiskit's simulators, one circuit at a time, always by shots",
    "qiskit.basicsim": "Qiskit's slow, readable simulator, always by shots",
    "qiskit.remote": "any backend of Qiskit's, machines too",
    "reference.qubit": "a slow, readable state-vector simulator",
}


BY_SHOTS_ALONE = ("qiskit.aer", "qiskit.basicsim")
"""What draws shots also where none are asked for, and gives averages of them as though exact."""


def plugin_names() -> list[str]:
    """Return the names of all devices for qubits that PennyLane knows."""
    return list(_entries())


@cache
def plugin_info(name: str) -> DeviceInfo:
    """Return the catalogue's entry for a name of `plugin_names`, measured on a one-wire probe.

    Our own is known, and a probe of it might have to compile what nobody asked for yet.
    """
    entry = _entries()[name]
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
    description = _DESCRIPTIONS.get(name, "")
    if missing := _HARDWARE.get(name, ""):
        return DeviceInfo(name, "hardware", description, package, False, missing, (), True)
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
    """Return the gradient methods of a PennyLane device object, without shots.

    One that is paid for is not asked.
    """
    import pennylane as qml

    if device.name == _OURS:
        return _DEVICE_METHODS + GENERIC_METHODS
    if _is_paid(device):
        return GENERIC_METHODS
    if not _can(device, shots=None):
        return ()
    tape = _probe_tape(shots=None)
    own = tuple(
        method
        for method in _DEVICE_METHODS
        if device.supports_derivatives(qml.devices.ExecutionConfig(gradient_method=method), tape)
    )
    return own + GENERIC_METHODS


def _is_paid(device: Any) -> bool:
    name = str(device.name)
    is_elsewhere = name in _HARDWARE or name.lower().startswith(_PAID)
    return is_elsewhere or bool(getattr(device, "is_paid", False))


@cache
def _entries() -> dict[str, EntryPoint]:
    found = {entry.name: entry for entry in entry_points(group="pennylane.plugins")}
    return {name: entry for name, entry in found.items() if name not in _LEFT_OUT}


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            qml.execute([_probe_tape(shots)], device, diff_method=None)
    except Exception:
        return False
    return True
