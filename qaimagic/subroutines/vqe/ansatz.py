"""Circuits whose energy is trained: what the user gives, or a default, as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import pennylane as qml
import torch
from pennylane.operation import Operation, StatePrepBase
from pennylane.ops.functions import bind_new_parameters

from qaimagic._checks import requirement
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.weights import as_shape
from qaimagic.subroutines.hardware_efficient import (
    hardware_efficient,
    n_layers_for,
    turns_for,
)
from qaimagic.subroutines.vqe.hamiltonian import Hamiltonian
from qaimagic.subroutines.vqe.pool import Candidate, excitations
from qaimagic.subroutines.vqe.product_states import ProductState, hartree_fock
from qaimagic.training.alarms.measured import circuit_of
from qaimagic.training.alarms.measured import hamiltonian as measured_by

_FORMS = "be a circuit body, an operation with its weights, or a layer"
_SAME = 1e-6
_WITHOUT_ANGLES = (qml.QubitUnitary, qml.DiagonalQubitUnitary, StatePrepBase)
"""Operations that do not stay unitary, or a state, whatever their parameters are."""


def layer_of(
    ansatz: Any, hamiltonian: Hamiltonian, layers: int | None, *, many: bool = False
) -> HybridLayer:
    """Return a layer that answers with the energy, in double precision.

    Args:
        ansatz: A body without a measurement, an operation with its weights, a layer that returns
            the energy, or None.
        hamiltonian: What to measure.
        layers: How many layers the default circuit has, or None.
        many: Whether it then has so many that there are hardly any local minima.

    Raises:
        TypeError: If ``ansatz`` is none of these.
        ValueError: If it takes data, has no weight, measures something else, leaves wires of the
            Hamiltonian alone, or is given together with ``layers``.
        CircuitError: If the body fails.
    """
    if layers is not None and (ansatz is not None or hamiltonian.electrons is not None):
        rule = "be left out where the default circuit has no layers"
        raise ValueError(requirement("layers", rule, f"it is {layers}"))
    if isinstance(ansatz, HybridLayer):
        layer = ansatz
    elif ansatz is None and hamiltonian.electrons is not None:
        layer = chain(hamiltonian, hartree_fock(hamiltonian), excitations(hamiltonian))
    elif ansatz is None:
        layer = _efficient(hamiltonian, layers or n_layers_for(len(hamiltonian.wires), many=many))
    elif isinstance(ansatz, Operation):
        layer = _of_operation(ansatz, hamiltonian)
    elif inspect.isfunction(ansatz):
        layer = _measured(ansatz, hamiltonian)
    else:
        fix = ""
        if isinstance(ansatz, type):
            fix = f"Give it weights: `{ansatz.__name__}(weights, wires=range(4))`."
        elif isinstance(ansatz, qml.QNode):
            fix = "`qaimagic.HybridLayer(qnode, weight_shapes)` makes a layer of it."
        received = f"it is {getattr(ansatz, '__name__', type(ansatz).__name__)}"
        raise TypeError(requirement("ansatz", _FORMS, received, fix))
    _check(layer, hamiltonian)
    return layer.double()


def chain(hamiltonian: Hamiltonian, first: ProductState, gates: Sequence[Candidate]) -> HybridLayer:
    """Return the energy after a first state and gates in a row.

    Args:
        hamiltonian: What to measure.
        first: The first state.
        gates: The gates; the weight ``theta`` has an angle for each, 0 at first.
    """

    def energy(theta: Any) -> Any:
        first.prepare()
        for angle, gate in zip(theta, gates, strict=True):
            gate.apply(angle)
        return qml.expval(hamiltonian.operator)

    if not gates:
        return quantum(lambda: energy([])).double()
    layer = quantum(weight_shapes={"theta": (len(gates),)})(energy).double()
    set_angles(layer, [0.0] * len(gates))
    return layer


def set_angles(layer: HybridLayer, angles: Sequence[float]) -> None:
    """Set the first angles of a chain; the others stay."""
    theta = layer.get_parameter("theta")
    with torch.no_grad():
        theta[: len(angles)] = torch.as_tensor(angles, dtype=theta.dtype)


def _efficient(hamiltonian: Hamiltonian, layers: int) -> HybridLayer:
    """Return turns of each wire and CNOTs from wire to wire, so many times, and turns again.

    A real Hamiltonian has a real ground state, which turns about Y alone can reach.
    """
    wires, turns = hamiltonian.wires, turns_for(is_real=hamiltonian.is_real)

    def energy(theta: Any) -> Any:
        hardware_efficient(theta, wires, turns)
        return qml.expval(hamiltonian.operator)

    return quantum(weight_shapes={"theta": (layers + 1, len(wires), len(turns))})(energy)


def _of_operation(operation: Any, hamiltonian: Hamiltonian) -> HybridLayer:
    """Return a layer whose weights are an operation's parameters, from the values they have."""
    numbers = [qml.math.toarray(qml.math.detach(value)) for value in operation.data]
    if not numbers or isinstance(operation, _WITHOUT_ANGLES):
        received = f"`{operation.name}` has none"
        raise ValueError(requirement("ansatz", "have weights", received))
    values = [torch.as_tensor(number, dtype=torch.float64) for number in numbers]
    shapes = {f"weights{i or ''}": as_shape(tuple(value.shape)) for i, value in enumerate(values)}

    def energy(**weights: Any) -> Any:
        with qml.QueuingManager.stop_recording():
            bound = bind_new_parameters(operation, [weights[name] for name in shapes])
        qml.apply(bound)
        return qml.expval(hamiltonian.operator)

    energy.__name__ = operation.name
    words = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named = [inspect.Parameter(name, words) for name in shapes]
    energy.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    layer = quantum(weight_shapes=shapes)(energy).double()
    with torch.no_grad():
        for name, value in zip(shapes, values, strict=True):
            getattr(layer, name).copy_(value)
    return layer


def _measured(body: Callable[..., Any], hamiltonian: Hamiltonian) -> HybridLayer:
    """Return a layer of a body that measures nothing by itself."""

    @wraps(body)
    def energy(**weights: Any) -> Any:
        body(**weights)
        return qml.expval(hamiltonian.operator)

    layer = quantum(energy)
    example = layer.example()
    with qml.queuing.AnnotatedQueue():
        returned = body(**example)
    if returned is not None:
        rule = "return nothing: the Hamiltonian is what is measured"
        received = f"`{body.__name__}` returns a {type(returned).__name__}"
        raise ValueError(requirement("ansatz", rule, received))
    return layer


def _check(layer: HybridLayer, hamiltonian: Hamiltonian) -> None:
    if layer.data_names:
        rule = "take weights alone"
        received = f"`{layer.name}` takes data, `{layer.data_names[0]}`"
        fix = f"An annotation makes it a weight: `{layer.data_names[0]}: (2, 4)`."
        raise ValueError(requirement("ansatz", rule, received, fix))
    if not layer.weight_shapes:
        received = f"`{layer.name}` has none"
        raise ValueError(requirement("ansatz", "have weights", received))
    tape = circuit_of(layer)
    measured = None
    if tape is not None and len(tape.measurements) == 1:
        measured = measured_by(tape.measurements[0])
    if tape is None or measured is None or not _is_same(measured, hamiltonian):
        rule = "return the average of the Hamiltonian"
        received = f"`{layer.name}` returns something else"
        raise ValueError(requirement("ansatz", rule, received))
    acted_on = {wire for gate in tape.operations for wire in gate.wires}
    if alone := [wire for wire in hamiltonian.wires if wire not in acted_on]:
        rule = "act on every wire of the Hamiltonian"
        received = f"`{layer.name}` leaves wire {alone[0]!r} alone"
        fix = f"Where that is meant, say so in its body: `qml.Identity({alone[0]!r})`."
        raise ValueError(requirement("ansatz", rule, received, fix))


def _is_same(measured: Any, hamiltonian: Hamiltonian) -> bool:
    words = hamiltonian.words
    room = _SAME * max(map(abs, words.values()))
    return all(
        abs(measured.get(word, 0.0) - words.get(word, 0.0)) <= room
        for word in measured.keys() | words.keys()
    )
