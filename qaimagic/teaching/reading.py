"""How a learner's answer is read: as a circuit, a matrix, a state, or an array of numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qaimagic.teaching.exercise import answered

if TYPE_CHECKING:
    from pennylane.tape import QuantumScript

Wires = list[Hashable]


def arguments(point: object) -> tuple[Any, ...]:
    """Return the arguments that ``point`` stands for: a tuple is several, all else is one."""
    return point if isinstance(point, tuple) else (point,)


def array_of(value: object, name: str = "your answer") -> np.ndarray:
    """Return numbers as an array: a number, a nested list, a NumPy array or a torch tensor.

    Raises:
        NotYet: If it is still the placeholder ``...``.
        AssertionError: If it is None or holds no numbers.
    """
    __tracebackhide__ = True
    answered(value)
    if value is None:
        raise AssertionError(f"{_start(name)} is None: is a `return` missing?")
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    elif isinstance(value, list | tuple):
        value = [array_of(item, name) for item in value]
    try:
        array = np.asarray(value)
    except ValueError:
        raise AssertionError(f"{_start(name)} has rows of different lengths.") from None
    if array.dtype.kind not in "biufc":
        raise AssertionError(f"{_start(name)} must be numbers, but it is {type(value).__name__}.")
    return array.astype(int) if array.dtype == bool else array


def read(answer: object, arguments: tuple[Any, ...] = ()) -> QuantumScript | np.ndarray:
    """Return an answer as a circuit, or as the array that it gives.

    Args:
        answer: A function that applies gates, a QNode, a `HybridLayer`, an operator, a matrix,
            a state vector, or a function that returns one of the last three.
        arguments: What a function, QNode or layer is called with. A layer takes its data, and
            without it values that stand for data; its weights are its own.

    Raises:
        NotYet: If it is still the placeholder ``...``.
        AssertionError: If it applies no gate and returns nothing.
    """
    import pennylane as qml

    __tracebackhide__ = True
    answered(answer)
    if hasattr(answer, "state_dict"):
        return _circuit_of_layer(answer, arguments)
    if isinstance(answer, qml.QNode):
        return qml.workflow.construct_tape(answer, level="top")(*arguments)
    if isinstance(answer, qml.tape.QuantumScript):
        return answer
    if isinstance(answer, qml.operation.Operator):
        return qml.tape.QuantumScript([answer])
    if not callable(answer):
        return array_of(answer)
    with qml.queuing.AnnotatedQueue() as queue:
        result = answer(*arguments)
    circuit = qml.tape.QuantumScript.from_queue(queue)
    if circuit.operations:
        return circuit
    answered(result)
    if result is None:
        name = getattr(answer, "__name__", "your function")
        raise AssertionError(f"`{name}` applies no gate and returns nothing.")
    return read(result)


def _circuit_of_layer(layer: Any, data: tuple[Any, ...]) -> QuantumScript:
    """Return the circuit of a `HybridLayer` for one sample, each data of shape (n_features,)."""
    import torch

    __tracebackhide__ = True
    if not hasattr(layer, "circuit"):
        raise AssertionError(f"Your answer must be a circuit, but it is a {type(layer).__name__}.")
    values = dict(layer.named_parameters())
    samples = (torch.as_tensor(array_of(value), dtype=torch.float64).ravel() for value in data)
    given = dict(zip(layer.data_names, samples, strict=False))
    stand_ins = {} if len(given) == len(layer.data_names) else layer.circuit.probe().arguments
    circuit: QuantumScript = layer.circuit.trace({**stand_ins, **values, **given})
    return circuit


def wire_order(*readings: QuantumScript | np.ndarray) -> Wires:
    """Return the wires on which all readings are compared, wire 0 first.

    Wires that are numbers are sorted; named wires stand in their order of appearance.
    """
    sizes = [int(np.log2(len(item))) for item in readings if isinstance(item, np.ndarray)]
    wires: dict[Hashable, None] = {}
    for item in readings:
        if not isinstance(item, np.ndarray):
            wires.update(dict.fromkeys(item.wires.tolist()))
    if all(isinstance(wire, int) for wire in wires):
        numbers = {wire for wire in wires if isinstance(wire, int)}
        return [*sorted(numbers.union(*map(range, sizes)))]
    return [*wires]


def matrix_of(reading: QuantumScript | np.ndarray, wires: Wires) -> np.ndarray:
    """Return the unitary on ``wires``, complex, shape (2**n_wires, 2**n_wires)."""
    import pennylane as qml

    if isinstance(reading, np.ndarray):
        return reading.astype(complex)
    return np.asarray(qml.math.toarray(qml.matrix(reading, wire_order=wires)), dtype=complex)


def state_of(reading: QuantumScript | np.ndarray, wires: Wires) -> np.ndarray:
    """Return the state that a circuit makes from ``|0...0>``, complex, shape (2**n_wires,)."""
    import pennylane as qml

    if isinstance(reading, np.ndarray):
        return reading.astype(complex).reshape(-1)
    circuit = qml.tape.QuantumScript(reading.operations, [qml.state()])
    (state,) = qml.execute([circuit], qml.device("default.qubit", wires=wires))
    return np.asarray(qml.math.toarray(state), dtype=complex)


def ket(state: np.ndarray, limit: int = 4) -> str:
    """Return a state as a person writes it: ``0.71|00> + 0.71|11>``.

    Args:
        state: Amplitudes, complex, shape (2**n_wires,); wire 0 is the most significant bit.
        limit: How many terms to write at most.
    """
    terms = [(label, amplitude) for label, amplitude in zip(labels(state), state, strict=True)]
    terms = [(label, amplitude) for label, amplitude in terms if abs(amplitude) > 5e-4]
    written = [f"{_number(amplitude)}|{label}>" for label, amplitude in terms[:limit]]
    if len(terms) > limit:
        written.append("...")
    return " + ".join(written).replace("+ -", "- ") or "0"


def labels(state: Sequence[complex] | np.ndarray) -> Iterable[str]:
    """Yield the bit strings of the basis states in their order."""
    width = max(int(np.log2(len(state))), 1)
    return (format(index, f"0{width}b") for index in range(len(state)))


def _number(amplitude: complex) -> str:
    real, imaginary = (round(part, 3) + 0.0 for part in (amplitude.real, amplitude.imag))
    if imaginary == 0:
        return {1.0: "", -1.0: "-"}.get(real, f"{real:.3g}")
    if real == 0:
        return {1.0: "i", -1.0: "-i"}.get(imaginary, f"{imaginary:.3g}i")
    return f"({real:.3g}{imaginary:+.3g}i)"


def _start(name: str) -> str:
    return name[:1].upper() + name[1:]
