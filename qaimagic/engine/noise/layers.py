"""Brings gates together that noise on other wires keeps apart: fewer pieces, the same circuit."""

from __future__ import annotations

import dataclasses

from qaimagic.engine.circuit import Flip, Rotation
from qaimagic.engine.noise.circuit import NoisyCircuit


def layered(noisy: NoisyCircuit) -> tuple[NoisyCircuit, list[int]]:
    """Return the circuit with every gate and channel as early as its wires allow.

    What acts on the same wire keeps its order; the rest commutes.

    Returns:
        The circuit, and for each of its channels its number in ``noisy``.
    """
    operations = noisy.circuit.operations
    depth = dict.fromkeys(range(noisy.circuit.n_wires), 0)
    gates: list[list[Rotation | Flip]] = [[] for _ in range(len(noisy.channels) + 1)]
    places: list[list[int]] = [[] for _ in noisy.channels]
    done = 0
    for number, channel in enumerate(noisy.channels):
        _place(operations[done : channel.after], depth, gates)
        done = channel.after
        layer = max(depth[wire] for wire in channel.wires)
        places[layer].append(number)
        depth.update(dict.fromkeys(channel.wires, layer + 1))
    _place(operations[done:], depth, gates)
    ordered: list[Rotation | Flip] = []
    channels, numbers = [], []
    for layer, new in enumerate(gates):
        ordered += new
        for number in places[layer] if layer < len(places) else ():
            channels.append(dataclasses.replace(noisy.channels[number], after=len(ordered)))
            numbers.append(number)
    circuit = dataclasses.replace(noisy.circuit, operations=tuple(ordered))
    return NoisyCircuit(circuit, tuple(channels)), numbers


def _place(
    operations: tuple[Rotation | Flip, ...],
    depth: dict[int, int],
    gates: list[list[Rotation | Flip]],
) -> None:
    for operation in operations:
        wires = _wires(operation)
        layer = max((depth[wire] for wire in wires), default=0)
        gates[layer].append(operation)
        depth.update(dict.fromkeys(wires, layer))


def _wires(operation: Rotation | Flip) -> list[int]:
    if isinstance(operation, Flip):
        control = [] if operation.control is None else [operation.control]
        return [operation.target, *control]
    return [wire for wire, _ in (*operation.word, *operation.controls)]
