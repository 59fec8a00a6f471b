"""What the engine runs: rotations about Pauli words, flips, and words to measure, as plain data.

Every gate is a product of these two, up to nothing: global phases are kept. Wire 0 is the most
significant bit of an amplitude's index, as in PennyLane; angles are in radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

Word = tuple[tuple[int, str], ...]
"""A Pauli word: pairs of a wire and ``"X"``, ``"Y"`` or ``"Z"``, by rising wire; () is 1."""


@dataclass(frozen=True, slots=True)
class Angle:
    r"""An angle that is linear in the parameters, :math:`b + \sum_k a_k p_{s_k}`.

    Attributes:
        terms: Pairs of a slot :math:`s_k` and its factor :math:`a_k`, by rising slot.
        offset: The constant :math:`b`, in radians.
    """

    terms: tuple[tuple[int, float], ...] = ()
    offset: float = 0.0

    def scaled(self, factor: float) -> Angle:
        """Return this angle times a number."""
        terms = tuple((slot, factor * scale) for slot, scale in self.terms)
        return Angle(terms, factor * self.offset)

    def plus(self, other: Angle) -> Angle:
        """Return the sum of two angles."""
        sums = dict(self.terms)
        for slot, scale in other.terms:
            sums[slot] = sums.get(slot, 0.0) + scale
        terms = tuple(sorted((slot, scale) for slot, scale in sums.items() if scale))
        return Angle(terms, self.offset + other.offset)


@dataclass(frozen=True, slots=True)
class Rotation:
    r""":math:`e^{-i \theta P / 2}` on the amplitudes whose control wires hold the control values.

    Attributes:
        word: The Pauli word :math:`P`; the empty word makes a phase, :math:`e^{-i \theta / 2}`.
        angle: :math:`\theta`, in radians.
        controls: Pairs of a control wire and the bit it must hold, by rising wire; none of the
            wires is in the word.
    """

    word: Word
    angle: Angle
    controls: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """X on ``target``, or CNOT where there is a ``control``."""

    target: int
    control: int | None = None


@dataclass(frozen=True)
class Circuit:
    """Gates on the state of all zeros (or on a given start), then what is measured.

    Circuits are compared by value; the hash is worked out once, since every call looks up by it.

    Attributes:
        n_wires: The number of wires n.
        n_shared: The number of parameters that all samples share: slots 0 to n_shared - 1.
        n_varied: The number of parameters that differ by sample: the slots after those.
        operations: The gates, first to last.
        words: The Pauli words whose expectation values are asked for; empty where the state
            itself is.
    """

    n_wires: int
    n_shared: int
    n_varied: int
    operations: tuple[Rotation | Flip, ...]
    words: tuple[Word, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.n_wires, self.n_shared, self.n_varied, len(self.words), self.operations))

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_hash"}


@lru_cache(maxsize=256)
def one_for_all(circuit: Circuit) -> Circuit:
    """Return the circuit that stands for all that equal it.

    Plans are looked up by circuit in every call, and a circuit is found at once by itself, but gate
    by gate by one that equals it.
    """
    return circuit
