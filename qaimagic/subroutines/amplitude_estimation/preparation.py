"""What is estimated: a circuit of gates, and which of its outcomes are good."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.operation import Channel, Operation, StatePrepBase
from pennylane.ops import Conditional, MidMeasure
from pennylane.tape import QuantumScript

from qaimagic._checks import requirement
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.recording import check_one_value, recorded

_FORMS = "be a circuit body, an operation, or a layer"
_ONE_WAY = (Channel, MidMeasure, Conditional, StatePrepBase)
_BACKWARDS = "be made of gates alone, since amplification also runs it backwards"


@dataclass(frozen=True, eq=False)
class Preparation:
    r"""A circuit A, and the projector on its good outcomes.

    .. math:: A |0\rangle = \sqrt{a} \, |good\rangle + \sqrt{1 - a} \, |bad\rangle

    Attributes:
        operations: The gates of A.
        wires: Their wires.
        good_wires: The wires that tell good from bad.
        good_bits: Their bits where it is good.
    """

    operations: tuple[Any, ...]
    wires: tuple[Any, ...]
    good_wires: tuple[Any, ...]
    good_bits: tuple[int, ...]

    @property
    def good_index(self) -> int:
        """Where the good outcome stands among the probabilities of ``good_wires``."""
        return int("".join(map(str, self.good_bits)), 2)

    def prepare(self) -> None:
        """Queue the gates of A."""
        for operation in self.operations:
            qml.apply(operation)

    def amplify(self) -> None:
        r"""Queue one amplification, which turns by twice the angle of A.

        .. math:: Q = -A \, S_0 \, A^\dagger \, S_{good}

        where each S changes the sign of one kind of state. The sign of Q shows nowhere.
        """
        _flip(self.good_wires, self.good_bits)
        for operation in reversed(self.operations):
            qml.adjoint(operation)
        _flip(self.wires, (0,) * len(self.wires))
        self.prepare()

    def circuit(self, power: int) -> QuantumScript:
        """Return A with so many amplifications after it."""
        with qml.queuing.AnnotatedQueue() as queue:
            self.prepare()
            for _ in range(power):
                self.amplify()
        return QuantumScript.from_queue(queue)

    def are_good(self) -> NDArray[np.float64]:
        """Return 1 for each state of ``wires`` that is good and 0 for the others, shape (2^n,)."""
        n = len(self.wires)
        numbers, good = np.arange(2**n), np.ones(2**n)
        for wire, bit in zip(self.good_wires, self.good_bits, strict=True):
            good *= numbers >> (n - 1 - self.wires.index(wire)) & 1 == bit
        return good


def read(circuit: Any, good: Any) -> Preparation:
    """Return what is to be estimated.

    Args:
        circuit: A body without arguments and without a measurement, an operation, or a layer, whose
            measurement does not count.
        good: A wire, good where it is 1, or the good bits by wire.

    Raises:
        TypeError: If the circuit is none of these.
        ValueError: If the circuit takes data or does not consist of gates alone, or a good wire
            is not among its own.
        CircuitError: If the body fails; names its line.
    """
    tape = _tape_of(circuit)
    if not tape.operations:
        raise ValueError(requirement("circuit", "have gates", "it has none"))
    if one_way := [gate for gate in tape.operations if isinstance(gate, _ONE_WAY)]:
        fix = ""
        if isinstance(one_way[0], StatePrepBase):
            fix = "`qml.MottonenStatePreparation` prepares states by gates."
        raise ValueError(requirement("circuit", _BACKWARDS, f"it has `{one_way[0].name}`", fix))
    check_one_value("circuit", tape.operations)
    wires = tuple(tape.wires)
    bits = _bits_of(good, wires)
    return Preparation(tuple(tape.operations), wires, tuple(bits), tuple(bits.values()))


def _tape_of(circuit: Any) -> QuantumScript:
    if isinstance(circuit, HybridLayer):
        if circuit.data_names:
            received = f"`{circuit.name}` takes data, `{circuit.data_names[0]}`"
            raise ValueError(requirement("circuit", "take no data", received))
        weights = {name: weight.detach() for name, weight in circuit.named_parameters()}
        tape = circuit.circuit.trace(weights)
        return tape.copy(measurements=[])
    if isinstance(circuit, Operation):
        return QuantumScript([circuit])
    if not inspect.isroutine(circuit):
        fix = ""
        if isinstance(circuit, qml.QNode):
            fix = "Give the function that it was made of, without what it returns."
        received = f"it is {getattr(circuit, '__name__', type(circuit).__name__)}"
        raise TypeError(requirement("circuit", _FORMS, received, fix))
    return recorded("circuit", circuit, ": what is good says what is measured")


def _flip(wires: tuple[Any, ...], bits: tuple[int, ...]) -> None:
    """Queue a change of sign where the wires have these bits; of one wire, up to the sign of all.

    ``qml.FlipSign`` cannot be taken apart on one wire (PennyLane 0.45).
    """
    *others, last = wires
    if not others:
        qml.Z(last)
        return
    if not bits[-1]:
        qml.X(last)
    qml.ctrl(qml.Z(last), control=others, control_values=list(bits[:-1]))
    if not bits[-1]:
        qml.X(last)


def _bits_of(good: Any, wires: tuple[Any, ...]) -> dict[Any, int]:
    if isinstance(good, list | tuple | set | np.ndarray):
        fix = "Bits by wire say which outcome is good: `{0: 1, 1: 1}`."
        raise TypeError(requirement("good", "be a wire or bits by wire", f"it is {good!r}", fix))
    bits = dict(good) if isinstance(good, Mapping) else {good: 1}
    if not bits:
        raise ValueError(requirement("good", "name a wire", "it names none"))
    for wire, bit in bits.items():
        if wire not in wires:
            listing = ", ".join(map(repr, wires))
            rule = f"name wires of the circuit ({listing})"
            raise ValueError(requirement("good", rule, f"it names wire {wire!r}"))
        if bit not in (0, 1):
            raise ValueError(requirement("good", "hold bits, 0 or 1", f"wire {wire!r} has {bit!r}"))
    return {wire: int(bit) for wire, bit in bits.items()}
