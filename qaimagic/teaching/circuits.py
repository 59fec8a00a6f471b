"""Checks of circuits: which gates they use, which unitary they are, which state they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from qaimagic.teaching.reading import (
    Wires,
    arguments,
    array_of,
    ket,
    labels,
    matrix_of,
    read,
    state_of,
    wire_order,
)


def same_unitary(
    mine: object, expected: object, *, at: Iterable[object] = ((),), tolerance: float = 1e-5
) -> None:
    """Check that two circuits are the same unitary up to a global phase, ``U = exp(ia) V``.

    Args:
        mine: The answer: a function that applies gates, a QNode, a `HybridLayer`, an operator, a
            matrix of shape (2**n_wires, 2**n_wires), or a function that returns one of these.
        expected: What it should be, in any of the same forms.
        at: Points at which functions are compared. Each is one argument, or a tuple of several;
            angles in radians. A form that takes no arguments ignores them.
        tolerance: Largest difference of two entries that passes.

    Raises:
        AssertionError: Naming the first basis state on which the two differ.

    Example:
        >>> same_unitary(lambda t: qml.RX(t, wires=0), lambda t: qml.RX(t, wires=0), at=[0.1, 2.0])
    """
    __tracebackhide__ = True
    for point in at:
        given = arguments(point)
        readings = read(mine, given), read(expected, given)
        wires = wire_order(*readings)
        ours, theirs = (matrix_of(reading, wires) for reading in readings)
        place = _place(point)
        if ours.shape != theirs.shape:
            raise AssertionError(_sizes(ours, theirs, place))
        gap = np.abs(ours.conj().T @ ours - np.eye(len(ours))).max()
        if gap > max(tolerance, 1e-5):
            raise AssertionError(
                f"Your matrix is not unitary{place}: U†U is off by up to {gap:.2g}."
            )
        ours = _aligned(ours, theirs)
        wrong = np.abs(ours - theirs).max(axis=0) > tolerance
        if wrong.any():
            column = int(wrong.argmax())
            label = list(labels(ours))[column]
            raise AssertionError(
                f"Your circuit differs on |{label}>{place}: it gives {ket(ours[:, column])}, but "
                f"should give {ket(theirs[:, column])}.{_unitary_hint(ours, theirs, wires)}"
            )


def same_state(
    mine: object, expected: object, *, at: Iterable[object] = ((),), tolerance: float = 1e-5
) -> None:
    """Check that two circuits make the same state from ``|0...0>`` up to a global phase.

    Args:
        mine: The answer: a function that applies gates, a QNode, a `HybridLayer`, amplitudes of
            shape (2**n_wires,), or a function that returns amplitudes.
        expected: What it should be, in any of the same forms.
        at: Points at which functions are compared; see `same_unitary`.
        tolerance: Largest difference of two amplitudes that passes.

    Raises:
        AssertionError: Naming the first basis state whose amplitude differs.

    Example:
        >>> same_state(lambda: qml.Hadamard(0), [2**-0.5, 2**-0.5])
    """
    __tracebackhide__ = True
    for point in at:
        given = arguments(point)
        readings = read(mine, given), read(expected, given)
        wires = wire_order(*readings)
        ours, theirs = (state_of(reading, wires) for reading in readings)
        place = _place(point)
        if ours.shape != theirs.shape:
            raise AssertionError(_sizes(ours, theirs, place))
        ours = _aligned(ours, theirs)
        wrong = np.abs(ours - theirs) > tolerance
        if wrong.any():
            label = list(labels(ours))[int(wrong.argmax())]
            fidelity = abs(np.vdot(theirs, ours)) ** 2
            raise AssertionError(
                f"Your state differs at |{label}>{place}: it is {ket(ours)}, but should be "
                f"{ket(theirs)} (fidelity {fidelity:.3f}).{_phase_hint(ours, theirs)}"
            )


def uses_only(circuit: object, gates: Iterable[str | type], *, at: object = ()) -> None:
    """Check that a circuit uses no other gates than ``gates``.

    Args:
        circuit: A function that applies gates, a QNode, a `HybridLayer` or an operator.
        gates: Names or classes: ``"RX"``, ``qml.RX``. A template counts as one gate of its name.
        at: What a function is called with: one argument, or a tuple of several.

    Raises:
        AssertionError: Naming the first gate that is not allowed, and its wires.

    Example:
        >>> uses_only(lambda: qml.Hadamard(0), ["Hadamard", "CNOT"])
    """
    __tracebackhide__ = True
    allowed = [_name(gate) for gate in gates]
    for number, operation in enumerate(_operations(circuit, at), start=1):
        if operation.name not in allowed:
            wires = ", ".join(str(wire) for wire in operation.wires)
            raise AssertionError(
                f"Gate {number} of your circuit is {operation.name} on wire {wires}, but only "
                f"{', '.join(allowed)} may be used."
            )


def uses(
    circuit: object,
    gate: str | type,
    *,
    at_least: int = 1,
    at_most: int | None = None,
    at: object = (),
) -> None:
    """Check how often a circuit uses ``gate``.

    Args:
        circuit: A function that applies gates, a QNode, a `HybridLayer` or an operator.
        gate: A name or a class: ``"CNOT"``, ``qml.CNOT``.
        at_least: The smallest count that passes.
        at_most: The largest count that passes; None for no limit.
        at: What a function is called with: one argument, or a tuple of several.

    Raises:
        AssertionError: Saying the count, the limit, and the gates found.

    Example:
        >>> uses(lambda: qml.CNOT([0, 1]), "CNOT", at_most=2)
    """
    __tracebackhide__ = True
    name = _name(gate)
    found = [operation.name for operation in _operations(circuit, at)]
    count = found.count(name)
    if count < at_least:
        have = ", ".join(dict.fromkeys(found)) or "none"
        rule = f"needs at least {at_least}"
        raise AssertionError(f"Your circuit {rule} {name}, but has {count}. Its gates: {have}.")
    if at_most is not None and count > at_most:
        raise AssertionError(f"Your circuit may use at most {at_most} {name}, but has {count}.")


def _operations(circuit: object, at: object) -> list[Any]:
    __tracebackhide__ = True
    reading = read(circuit, arguments(at))
    if isinstance(reading, np.ndarray):
        message = "Your answer must be a circuit that applies gates, but it is numbers."
        raise AssertionError(message)  # noqa: TRY004
    return list(reading.operations)


def _name(gate: str | type) -> str:
    """Return PennyLane's own name of a gate: ``"H"`` is ``"Hadamard"``."""
    import pennylane as qml

    found = getattr(qml, gate, gate) if isinstance(gate, str) else gate
    return found if isinstance(found, str) else found.__name__


def _aligned(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return ``ours`` turned by the global phase that brings it nearest to ``theirs``."""
    overlap = np.vdot(ours, theirs)
    if abs(overlap) < 1e-9:
        return ours
    turned: np.ndarray = ours * (overlap / abs(overlap))
    return turned


def _place(point: object) -> str:
    """Return " at 0.3" for a point, and nothing for a circuit without arguments."""
    given = arguments(point)
    values = (np.array2string(array_of(value), precision=3, separator=", ") for value in given)
    return f" at {', '.join(values)}" if given else ""


def _sizes(ours: np.ndarray, theirs: np.ndarray, place: str) -> str:
    mine, needed = (int(np.log2(len(array))) for array in (ours, theirs))
    return f"Your answer acts on {mine} wire(s){place}, but should act on {needed}."


def _phase_hint(ours: np.ndarray, theirs: np.ndarray) -> str:
    if np.allclose(np.abs(ours), np.abs(theirs), atol=1e-5):
        return " The probabilities are right; a relative phase is not."
    return ""


def _unitary_hint(ours: np.ndarray, theirs: np.ndarray, wires: Wires) -> str:
    """Return the sentence that names a slip people often make, or nothing."""
    if np.allclose(_aligned(ours.conj().T, theirs), theirs, atol=1e-5):
        return " It is the inverse: change the order of the gates and the signs of the angles."
    count = len(wires) or int(np.log2(len(ours)))
    axes = [*reversed(range(count)), *reversed(range(count, 2 * count))]
    mirrored = ours.reshape([2] * (2 * count)).transpose(axes).reshape(ours.shape)
    if np.allclose(_aligned(mirrored, theirs), theirs, atol=1e-5):
        return " It would be right with the wires in reverse: wire 0 is the leftmost bit."
    return _phase_hint(ours, theirs)
