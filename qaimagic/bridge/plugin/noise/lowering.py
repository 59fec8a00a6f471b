"""Tapes with noise channels as the engine sees them: gates, and Kraus matrices between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pennylane.operation import Channel
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.lowering import is_native, lower, prepared, split_start
from qaimagic.bridge.plugin.noise.kraus import kraus_matrices, pauli_words
from qaimagic.bridge.plugin.rows import LoweredTape, precision
from qaimagic.bridge.readout import readout
from qaimagic.engine import noise
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation


@dataclass(frozen=True)
class NoisyTape:
    """One tape with noise.

    Attributes:
        gates: Its gates, and what is read out.
        channels: The places of its channels.
        kraus: The Kraus matrices of each channel, (K, d, d).
        measurements: What it measures, on wires numbered from 0.
    """

    gates: LoweredTape
    channels: tuple[noise.Channel, ...]
    kraus: tuple[Tensor, ...]
    measurements: tuple[Any, ...]

    @property
    def key(self) -> tuple[Any, ...]:
        """What tapes that run as one batch have in common."""
        shapes = tuple(one.shape[-3:] for one in self.kraus)
        by_words = bool(self.gates.circuit.words)
        wide = () if by_words else tuple(one.hash for one in self.measurements)
        return self.gates.key, self.channels, shapes, wide


def lowered(tape: QuantumScript) -> NoisyTape:
    """Return a tape, whose wires are numbered from 0, as the engine sees it.

    Raises:
        NotNativeError: If the engine does not run it.
    """
    native = prepared(tape, stays=_stays)
    n_wires = native.num_wires
    wires = {wire: wire for wire in range(n_wires)}
    start, operations = split_start(native)
    dtype, device = precision(native)
    values: list[Any] = []

    def angle_of(value: Any) -> Angle:
        values.append(value)
        return Angle(((len(values) - 1, 1.0),))

    steps: list[Rotation | Flip] = []
    channels, kraus = [], []
    for operation in operations:
        if isinstance(operation, Channel):
            paulis = pauli_words(operation)
            channels.append(noise.Channel(tuple(operation.wires), len(steps), paulis))
            kraus.append(kraus_matrices(operation).to(device, dtype.to_complex()))
        else:
            steps += lower([operation], wires, angle_of)
    reading = None
    if not tape.shots:
        reading = readout(native.measurements, wires, n_wires, is_normalized=start is None)
    words = () if reading is None else reading.words
    circuit = Circuit(n_wires, 0, len(values), tuple(steps), words)
    noisy, order = noise.layered(noise.NoisyCircuit(circuit, tuple(channels)))
    circuit = noisy.circuit
    gates = LoweredTape(circuit, tuple(values), reading, start, native.batch_size, dtype, device)
    ordered = tuple(kraus[number] for number in order)
    return NoisyTape(gates, noisy.channels, ordered, tuple(native.measurements))


def joined(tapes: Sequence[NoisyTape]) -> list[Tensor]:
    """Return the Kraus matrices of each channel for the rows of tapes with one key."""
    return [
        _joined(parts, [tape.gates.n_rows for tape in tapes])
        for parts in zip(*(tape.kraus for tape in tapes), strict=True)
    ]


def _stays(operation: Any) -> bool:
    return isinstance(operation, Channel) or is_native(operation)


def _joined(parts: Sequence[Tensor], counts: Sequence[int]) -> Tensor:
    first = parts[0]
    if len(parts) == 1 or all(_is_constant(part) and torch.equal(part, first) for part in parts):
        return first
    rows = [part.expand(count, *part.shape[-3:]) for part, count in zip(parts, counts, strict=True)]
    return torch.cat(rows)


def _is_constant(part: Tensor) -> bool:
    return not part.requires_grad
