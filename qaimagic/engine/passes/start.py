"""Leaves out what gates do to wires that still hold a known bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from qaimagic.engine.circuit import Circuit, Flip, Rotation


def start(circuit: Circuit) -> Circuit:
    """Return a circuit that does the same to the state of all zeros, perhaps with less.

    A wire that only flips have touched holds a known bit: a Z there is a sign, a control there is
    met or not. Global phases are kept where the state is asked for. Only for the state of all
    zeros: other starts need the circuit as it was.
    """
    bits: dict[int, int] = dict.fromkeys(range(circuit.n_wires), 0)
    operations: list[Rotation | Flip] = []
    for operation in circuit.operations:
        if isinstance(operation, Flip):
            operations += _flip(operation, bits)
        else:
            operations += _rotation(operation, bits)
    if circuit.words:
        operations = [operation for operation in operations if not _is_global_phase(operation)]
    return dataclasses.replace(circuit, operations=tuple(operations))


def _flip(flip: Flip, bits: dict[int, int]) -> Iterator[Flip]:
    if flip.control is not None and flip.control not in bits:
        bits.pop(flip.target, None)
        yield flip
    elif flip.control is None or bits[flip.control]:
        if flip.target in bits:
            bits[flip.target] ^= 1
        yield Flip(flip.target)


def _rotation(rotation: Rotation, bits: dict[int, int]) -> Iterator[Rotation]:
    if any(bits.get(wire, value) != value for wire, value in rotation.controls):
        return
    signs = [bits[wire] for wire, letter in rotation.word if letter == "Z" and wire in bits]
    word = tuple(
        (wire, letter) for wire, letter in rotation.word if letter != "Z" or wire not in bits
    )
    controls = tuple((wire, value) for wire, value in rotation.controls if wire not in bits)
    for wire, letter in word:
        if letter != "Z":
            bits.pop(wire, None)
    yield Rotation(word, rotation.angle.scaled((-1) ** sum(signs)), controls)


def _is_global_phase(operation: Rotation | Flip) -> bool:
    return isinstance(operation, Rotation) and not operation.word and not operation.controls
