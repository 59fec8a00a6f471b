r"""Pauli noise without pieces: errors wander to the end of the circuit and leave signs behind.

A Pauli error before a rotation about a word is the same error after it, and the rotation with its
angle's sign turned where error and word do not commute; through a CNOT it becomes another error.
So a trajectory is the circuit itself with some angles turned, and what is left of its errors at the
end, the Pauli frame, turns the signs of the words that are measured. Which errors turn which signs
is linear over two elements: it is found once for a circuit, as sets of error bits.

References:
    Knill, Quantum computing with realistically noisy devices (2005), arXiv:quant-ph/0410199.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from qaimagic.engine.circuit import Angle, Flip, Rotation, Word
from qaimagic.engine.noise.circuit import NoisyCircuit

Bits = int
"""A set of error bits, as the ones of an integer: a parity of them is what matters."""


@dataclass(frozen=True)
class Framed:
    """A circuit whose Pauli channels have become signs.

    An error bit says that a Pauli channel's branch has an X, or a Z, on a wire: the x of the
    channel's wires come first, then their z, channel by channel.

    Attributes:
        noisy: The gates and the channels that are left. Rotations whose sign may turn have
            parameters by sample of their own, after all others.
        errors: The numbers of the Pauli channels.
        rest: The numbers of the channels that are left.
        angles: The angle of each of those rotations, but for its sign.
        turns: The error bits that turn it.
        word_turns: The error bits that turn each word that is measured.
        arrivals: For each channel that is left the error bits of its wires' x, then z.
        final: The error bits of the final frame: each wire's x, then each wire's z.
    """

    noisy: NoisyCircuit
    errors: tuple[int, ...]
    rest: tuple[int, ...]
    angles: tuple[Angle, ...]
    turns: tuple[Bits, ...]
    word_turns: tuple[Bits, ...]
    arrivals: tuple[tuple[Bits, ...], ...]
    final: tuple[Bits, ...]

    def rows(self, shared: Tensor, varied: Tensor, sample: Tensor, odd: Tensor) -> Tensor:
        """Return the parameters by trajectory, (rows, n_varied and one for each angle).

        Args:
            shared: The parameters of all samples, (n_shared,).
            varied: The parameters by sample, (B, n_varied).
            sample: The sample of each trajectory, (rows,).
            odd: Whether each angle's sign turns, (rows, n_angles), zeros and ones.
        """
        kept = varied.index_select(0, sample)
        if not self.angles:
            return kept
        slots = torch.cat([shared.expand(len(varied), -1), varied], dim=1)
        factors, offsets = _factors(self.angles, slots.shape[1])
        angles = slots @ factors.to(slots) + offsets.to(slots)
        return torch.cat([kept, angles.index_select(0, sample) * (1 - 2 * odd.to(slots))], dim=1)


@lru_cache(maxsize=256)
def framed(noisy: NoisyCircuit) -> Framed:
    """Return the circuit with its Pauli channels as signs."""
    return _Frame(noisy).framed()


def parities(bits: Tensor, sets: Sequence[Bits]) -> Tensor:
    """Return the parity of each set of error bits, (rows, sets); the bits are (rows, n_bits)."""
    members = torch.tensor(
        [[one >> place & 1 for one in sets] for place in range(bits.shape[1])],
        dtype=torch.float32,
        device=bits.device,
    ).reshape(bits.shape[1], len(sets))
    return (bits.to(members) @ members).long() % 2


def with_errors(amplitudes: Tensor, odd: Tensor) -> Tensor:
    """Return amplitudes after Pauli errors, up to a phase for each row.

    Args:
        amplitudes: Complex, (rows, ..., 2**n_wires); the errors act on the last dimension.
        odd: The x of each wire, then the z of each wire, (rows, 2 * n_wires), zeros and ones.
    """
    n_wires = odd.shape[1] // 2
    weights = 2 ** torch.arange(n_wires - 1, -1, -1, device=odd.device)
    index = torch.arange(2**n_wires, device=odd.device)
    source = index ^ (odd[:, :n_wires] * weights).sum(dim=1, keepdim=True)
    settings = (index[:, None] & weights != 0).to(odd)
    signs = 1 - 2 * (odd[:, n_wires:] @ settings.T % 2)
    between = [1] * (amplitudes.dim() - 2)
    source, signs = (each.reshape(len(odd), *between, -1) for each in (source, signs))
    return (amplitudes * signs).gather(-1, source.expand(amplitudes.shape))


def _factors(angles: Sequence[Angle], n_slots: int) -> tuple[Tensor, Tensor]:
    """Return what angles make of parameters, (n_slots, n_angles), and their offsets."""
    factors = torch.zeros(n_slots, len(angles), dtype=torch.float64)
    for place, angle in enumerate(angles):
        for slot, scale in angle.terms:
            factors[slot, place] = scale
    return factors, torch.tensor([angle.offset for angle in angles], dtype=torch.float64)


class _Frame:
    """Which error bits make up each wire's x and z, on the way through a circuit."""

    def __init__(self, noisy: NoisyCircuit) -> None:
        self._noisy = noisy
        self._x: list[Bits] = [0] * noisy.circuit.n_wires
        self._z: list[Bits] = [0] * noisy.circuit.n_wires
        self._n_bits = 0
        self._operations: list[Rotation | Flip] = []
        self._angles: list[Angle] = []
        self._turns: list[Bits] = []

    def framed(self) -> Framed:
        """Go through the circuit."""
        circuit, done = self._noisy.circuit, 0
        errors, rest, channels, arrivals = [], [], [], []
        for number, channel in enumerate(self._noisy.channels):
            self._pass(circuit.operations[done : channel.after])
            done = channel.after
            if channel.paulis is None:
                rest.append(number)
                channels.append(dataclasses.replace(channel, after=len(self._operations)))
                arrivals.append(self._taken(channel.wires))
            else:
                errors.append(number)
                self._add(channel.wires, channel.paulis)
        self._pass(circuit.operations[done:])
        new = dataclasses.replace(
            circuit,
            n_varied=circuit.n_varied + len(self._angles),
            operations=tuple(self._operations),
        )
        return Framed(
            NoisyCircuit(new, tuple(channels)),
            tuple(errors),
            tuple(rest),
            tuple(self._angles),
            tuple(self._turns),
            tuple(map(self._turning, circuit.words)),
            tuple(arrivals),
            (*self._x, *self._z),
        )

    def _add(self, wires: Sequence[int], words: Sequence[str]) -> None:
        """Add the error bits of a channel, where one of its words can set them."""
        for part, letters in ((self._x, "XY"), (self._z, "YZ")):
            for place, wire in enumerate(wires):
                if any(word[place] in letters for word in words):
                    part[wire] ^= 1 << self._n_bits
                self._n_bits += 1

    def _taken(self, wires: Sequence[int]) -> tuple[Bits, ...]:
        """Return the error bits of some wires, and leave none there."""
        bits = (*(self._x[wire] for wire in wires), *(self._z[wire] for wire in wires))
        for wire in wires:
            self._x[wire] = self._z[wire] = 0
        return bits

    def _pass(self, operations: Sequence[Rotation | Flip]) -> None:
        for operation in operations:
            if isinstance(operation, Rotation):
                for rotation in self._apart(operation):
                    self._turn(rotation)
                continue
            if operation.control is not None:
                self._x[operation.target] ^= self._x[operation.control]
                self._z[operation.control] ^= self._z[operation.target]
            self._operations.append(operation)

    def _apart(self, rotation: Rotation) -> list[Rotation]:
        """Return rotations without the controls whose bits an error may turn."""
        turned = [control for control in rotation.controls if self._x[control[0]]]
        kept = tuple(control for control in rotation.controls if control not in turned)
        parts = []
        for n_wires in range(len(turned) + 1):
            for chosen in itertools.combinations(turned, n_wires):
                sign = (-1) ** sum(bit for _, bit in chosen)
                word = tuple(sorted([*rotation.word, *((wire, "Z") for wire, _ in chosen)]))
                angle = rotation.angle.scaled(sign / 2 ** len(turned))
                parts.append(Rotation(word, angle, kept))
        return parts

    def _turn(self, rotation: Rotation) -> None:
        turning = self._turning(rotation.word)
        if turning:
            circuit = self._noisy.circuit
            slot = circuit.n_shared + circuit.n_varied + len(self._angles)
            self._angles.append(rotation.angle)
            self._turns.append(turning)
            rotation = dataclasses.replace(rotation, angle=Angle(((slot, 1.0),)))
        self._operations.append(rotation)

    def _turning(self, word: Word) -> Bits:
        """Return the error bits that turn a word's sign."""
        found = 0
        for wire, letter in word:
            found ^= self._x[wire] if letter in "YZ" else 0
            found ^= self._z[wire] if letter in "XY" else 0
        return found
