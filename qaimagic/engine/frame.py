"""Where the wires are: flips are never carried out, they only rename bits.

X, CNOT and their products map bit strings to bit strings, linearly over two elements. So instead
of moving amplitudes, the engine remembers which bits of an amplitude's index a wire has become.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qaimagic.engine.circuit import Flip, Word


@dataclass(frozen=True, slots=True)
class Masks:
    r"""A Pauli word on indices: :math:`P |a> = i^{y} (-1)^{s + a \cdot z} |a \oplus x>`.

    Attributes:
        x: The bits it flips.
        z: The bits whose parity gives the sign.
        n_y: The number :math:`y` of Y letters.
        sign: 1, or -1 where :math:`s` is odd.
    """

    x: int
    z: int
    n_y: int
    sign: int


class Frame:
    """Which bits of an index each wire has become; wire 0 starts as the most significant bit."""

    def __init__(self, n_wires: int) -> None:
        self._flipped_with = [1 << (n_wires - 1 - wire) for wire in range(n_wires)]
        self._read_from = list(self._flipped_with)
        self._inverted = [0] * n_wires

    def flip(self, gate: Flip) -> None:
        """Take in an X or a CNOT."""
        if gate.control is None:
            self._inverted[gate.target] ^= 1
            return
        self._read_from[gate.target] ^= self._read_from[gate.control]
        self._inverted[gate.target] ^= self._inverted[gate.control]
        self._flipped_with[gate.control] ^= self._flipped_with[gate.target]

    def masks(self, word: Word) -> Masks:
        """Return a word on the wires as masks on the bits."""
        x = z = odd = n_y = 0
        for wire, letter in word:
            if letter != "Z":
                x ^= self._flipped_with[wire]
            if letter != "X":
                z ^= self._read_from[wire]
                odd ^= self._inverted[wire]
            n_y += letter == "Y"
        return Masks(x, z, n_y, -1 if odd else 1)

    def conditions(self, controls: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Return controls as pairs of a mask and the parity that its bits must have."""
        return tuple(
            (self._read_from[wire], value ^ self._inverted[wire]) for wire, value in controls
        )

    def index_bits(self) -> tuple[tuple[int, int], ...]:
        """Return for each wire the mask whose parity is its bit, and whether to invert that."""
        return tuple(zip(self._read_from, self._inverted, strict=True))
