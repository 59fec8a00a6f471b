"""A circuit with places for noise, as plain data; the Kraus matrices come with the parameters."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass

from qaimagic.engine.circuit import Circuit


@dataclass(frozen=True, slots=True)
class Channel:
    """A place where noise acts.

    Attributes:
        wires: The wires, in the order in which its Kraus matrices take them: the first is the
            most significant bit.
        after: The number of the circuit's operations that come before it.
        paulis: For Pauli noise the word of each Kraus matrix, one letter of ``"IXYZ"`` a wire: the
            matrix is a number times the word, whatever it is that it is differentiated by.
    """

    wires: tuple[int, ...]
    after: int
    paulis: tuple[str, ...] | None = None


@dataclass(frozen=True)
class NoisyCircuit:
    """A circuit and its channels.

    Attributes:
        circuit: The gates and the words to measure.
        channels: The channels, first to last, so that ``after`` never falls.
    """

    circuit: Circuit
    channels: tuple[Channel, ...]

    def pieces(self) -> list[Circuit]:
        """Return the gates between channels: one piece before each, one after the last.

        The last piece measures the circuit's words, the others none.
        """
        bounds = [0, *(channel.after for channel in self.channels), len(self.circuit.operations)]
        pieces = [
            dataclasses.replace(
                self.circuit, operations=self.circuit.operations[first:last], words=()
            )
            for first, last in itertools.pairwise(bounds)
        ]
        pieces[-1] = dataclasses.replace(pieces[-1], words=self.circuit.words)
        return pieces
