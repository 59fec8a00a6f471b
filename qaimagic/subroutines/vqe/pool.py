"""Gates that a circuit may grow by, each the identity at angle 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.operation import Operation
from pennylane.ops.functions import bind_new_parameters
from pennylane.pauli import PauliWord

from qaimagic._checks import requirement
from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.subroutines.vqe.hamiltonian import Hamiltonian

_MAX_COMPARED = 6


@dataclass(frozen=True)
class Candidate:
    """One gate of one angle.

    Attributes:
        name: What it is called in tables: ``DoubleExcitation(0, 1, 2, 3)``, ``Y(0) X(1)``.
        apply: Queues it with an angle.
        wires: The wires that it acts on.
    """

    name: str
    apply: Callable[[Any], Any]
    wires: tuple[Any, ...]


def pool_of(pool: Any, hamiltonian: Hamiltonian) -> list[Candidate]:
    """Return the pool that was given, or the default one for a Hamiltonian.

    Args:
        pool: Gates of one angle, or Pauli words to turn about; None for excitations of a molecule,
            or all words of one wire and of two.
        hamiltonian: The Hamiltonian.

    Raises:
        TypeError: If a member is neither.
        ValueError: If it is empty, or a gate is not the identity at angle 0 or on other wires.
    """
    if pool is not None:
        return _read(pool, hamiltonian.wires)
    return words(hamiltonian) if hamiltonian.electrons is None else excitations(hamiltonian)


def excitations(hamiltonian: Hamiltonian) -> list[Candidate]:
    """Return single and double excitations from the Hartree-Fock state, doubles first."""
    singles, doubles = qml.qchem.excitations(hamiltonian.electrons, len(hamiltonian.wires))
    wires, found = hamiltonian.wires, []
    for gate, groups in ((qml.DoubleExcitation, doubles), (qml.SingleExcitation, singles)):
        found += [_of_gate(gate(0.0, wires=[wires[i] for i in group])) for group in groups]
    return found


def words(hamiltonian: Hamiltonian) -> list[Candidate]:
    """Return rotations about all Pauli words of one wire and of two, and about longer ones.

    The longer ones are the Hamiltonian's own that flip bits, with an X for a Y or a Y for an X in
    the first place: about these a basis state turns into what the word makes of it.
    """
    found = [
        PauliWord(dict(zip(wires, letters, strict=True)))
        for size in (1, 2)
        for wires in combinations(hamiltonian.wires, size)
        for letters in product("XYZ", repeat=size)
    ]
    for word in hamiltonian.words:
        flipped = [wire for wire in ordered_wires(word.wires) if word[wire] in "XY"]
        if len(word) > 2 and flipped:
            other = "Y" if word[flipped[0]] == "X" else "X"
            found.append(PauliWord({**word, flipped[0]: other}))
    return [_of_word(word) for word in dict.fromkeys(found)]


def _read(pool: Any, wires: Sequence[Any]) -> list[Candidate]:
    if not isinstance(pool, Iterable) or isinstance(pool, str | dict):
        rule = "be a list of gates or Pauli words"
        raise TypeError(requirement("pool", rule, f"it is {type(pool).__name__}"))
    found = [_of(member) for member in pool]
    if not found:
        raise ValueError(requirement("pool", "hold a gate", "it is empty"))
    for candidate in found:
        if strange := [wire for wire in candidate.wires if wire not in wires]:
            rule = f"act on the wires of the Hamiltonian, {ordered_wires(wires)}"
            received = f"{candidate.name} acts on wire {strange[0]!r}"
            raise ValueError(requirement("pool", rule, received))
    return found


def _of(member: Any) -> Candidate:
    if isinstance(member, PauliWord):
        sentence: Any = {member: 1.0}
    else:
        sentence = None if isinstance(member, type) else getattr(member, "pauli_rep", None)
    if sentence is not None and len(sentence) == 1 and (word := next(iter(sentence))):
        return _of_word(word)
    if isinstance(member, Operation) and member.num_params == 1:
        return _of_gate(member)
    rule = "hold gates of one angle, or Pauli words"
    fix = "Such as `qml.DoubleExcitation(0.0, wires=range(4))`, or `qml.Y(0) @ qml.X(1)`."
    raise TypeError(requirement("pool", rule, f"one is {member!r}", fix))


def _of_word(word: PauliWord) -> Candidate:
    wires = ordered_wires(word.wires)
    letters = "".join(word[wire] for wire in wires)
    name = " ".join(f"{letter}({wire})" for letter, wire in zip(letters, wires, strict=True))

    def turn(angle: Any) -> Any:
        return qml.PauliRot(angle, letters, wires=wires)

    return Candidate(name, turn, tuple(wires))


def _of_gate(gate: Any) -> Candidate:
    wires = tuple(gate.wires)
    name = f"{gate.name}({', '.join(map(str, wires))})"

    def turn(angle: Any) -> Any:
        with qml.QueuingManager.stop_recording():
            turned = bind_new_parameters(gate, [angle])
        return qml.apply(turned)

    if len(wires) <= _MAX_COMPARED:
        still = qml.matrix(bind_new_parameters(gate, [0.0]), wire_order=wires)
        if np.shape(gate.data[0]) or not np.allclose(still, np.eye(2 ** len(wires))):
            rule = "hold gates that do nothing at angle 0"
            raise ValueError(requirement("pool", rule, f"{name} does something"))
    return Candidate(name, turn, wires)
