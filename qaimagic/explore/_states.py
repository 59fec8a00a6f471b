"""Where a state comes from: a layer, a QNode, or numbers."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
import torch
from pennylane.tape import QuantumScript

from qaimagic._checks import requirement
from qaimagic.bridge.diagrams import ordered_wires, wires_of
from qaimagic.bridge.qnodes import tape_of
from qaimagic.bridge.states import density_wires, state_of
from qaimagic.devices.prices import is_paid
from qaimagic.drawing.state_checks import checked_state
from qaimagic.drawing.state_data import State
from qaimagic.errors import DeviceError
from qaimagic.layers.finite import check_inputs, check_weights
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.inputs import gather


def read_state(source: Any, inputs: Sequence[Any], argument: str) -> State:
    """Return the state of a layer, of a QNode, or of numbers.

    Args:
        source: A layer, a QNode, amplitudes or a density matrix.
        inputs: Values for the arguments of a circuit; numbers take none.
        argument: What the caller calls the source.

    Raises:
        TypeError: If it is no numbers either, or the inputs are not those of its arguments.
        ValueError: If numbers are no state, or the inputs are more than one sample.
        CircuitError: If the circuit fails, or measures before its end.
        DeviceError: If its device has no state, or is paid for.
    """
    if isinstance(source, HybridLayer):
        return _of_layer(source, inputs, argument)
    if isinstance(source, qml.QNode):
        return _of_qnode(source, inputs)
    values = source.detach().cpu() if isinstance(source, torch.Tensor) else source
    numbers = checked_state(values, argument)
    n_wires = numbers.shape[0].bit_length() - 1
    name = "other" if argument == "other" else "state"
    return State(numbers, tuple(map(str, range(n_wires))), name)


def check_kind(source: Any, argument: str) -> None:
    """Refuse a model or a function, which have no state of their own.

    Raises:
        TypeError: If it is one.
    """
    is_circuit = isinstance(source, HybridLayer | qml.QNode)
    if not is_circuit and (isinstance(source, torch.nn.Module) or callable(source)):
        rule = "be a hybrid layer, a QNode, amplitudes or a density matrix"
        raise TypeError(requirement(argument, rule, f"it is {type(source).__name__}"))


def one_sample(layer: HybridLayer, inputs: Sequence[Any]) -> dict[str, torch.Tensor]:
    """Return the data of one sample, in double precision.

    Returns:
        For each data argument a tensor of shape (1, n_features).

    Raises:
        TypeError: If the inputs are not those of the layer.
        ValueError: If they are more than one sample, or not finite.
    """
    batch = gather(layer.name, layer.data_names, list(map(_exactly, inputs)), {}, layer._widths())
    if batch.size != 1:
        received = f"they hold {batch.size}"
        fix = f"Take one of them: `{layer.data_names[0]}[0]`."
        raise ValueError(requirement("inputs", "hold one sample", received, fix))
    check_inputs(batch.rows)
    return {name: rows.detach().double() for name, rows in batch.rows.items()}


def _exactly(sample: Any) -> Any:
    """Return a list of numbers in double precision; torch would take it in single."""
    if not isinstance(sample, list | tuple):
        return sample
    try:
        return torch.tensor(sample, dtype=torch.float64)
    except (TypeError, ValueError):
        return sample


def takes_inputs(source: Any) -> bool:
    """Return whether a source of states is a circuit with arguments to give values for."""
    if isinstance(source, HybridLayer):
        return bool(source.data_names)
    return isinstance(source, qml.QNode) and bool(inspect.signature(source.func).parameters)


def _of_layer(layer: HybridLayer, inputs: Sequence[Any], argument: str) -> State:
    _refuse_paid(layer.device_name, is_paid=layer.runner.is_paid)
    circuit = layer.circuit
    data = one_sample(layer, inputs)
    with torch.no_grad():
        weights = {name: getattr(layer, name).detach().double() for name in circuit.shapes}
        check_weights(argument, weights)
        [tape] = circuit.mapped(data, weights).singles()
    wires = wires_of([tape], circuit.wires())
    device = layer.runner.job(circuit, for_errors=True).device_for(wires)
    return _prepared(tape, device, wires, layer.name)


def _of_qnode(qnode: qml.QNode, inputs: Sequence[Any]) -> State:
    _refuse_paid(str(qnode.device.name), is_paid=is_paid(qnode.device))
    name = str(qnode.func.__name__)
    try:
        bound = inspect.signature(qnode.func).bind(*inputs)
    except TypeError as error:
        listing = ", ".join(inspect.signature(qnode.func).parameters) or "none"
        rule = f"be the arguments of `{name}` ({listing})"
        received = f"{len(inputs)} {'was' if len(inputs) == 1 else 'were'} given"
        raise TypeError(requirement("inputs", rule, received)) from error
    tape = tape_of(qnode, bound.arguments)
    if tape.batch_size is not None:
        received = f"they hold {tape.batch_size}"
        raise ValueError(requirement("inputs", "hold one sample", received))
    asked = density_wires(tape)
    wires = asked or list(qnode.device.wires or ordered_wires(tape.wires))
    return _prepared(tape, qnode.device, wires, name, traced_out=asked is not None)


def _prepared(
    tape: QuantumScript, device: Any, wires: Sequence[Any], name: str, *, traced_out: bool = False
) -> State:
    found = state_of(tape, device, wires, traced_out=traced_out)
    values = found.detach().cpu().numpy().astype(np.complex128)
    if not np.isfinite(values).all():
        received = f"the state of `{name}` holds NaN or infinity"
        raise ValueError(requirement("inputs", "be finite", received))
    return State(values, tuple(map(str, wires)), name)


def _refuse_paid(name: str, *, is_paid: bool) -> None:
    if is_paid:
        raise DeviceError(
            f"Device `{name}` is a machine, which keeps its state to itself. Choose a simulator, "
            "such as `qaimagic.qubit`, to look at it."
        )
