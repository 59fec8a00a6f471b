"""A state of qubits as plain data, and what is read off it. Wire 0 is the most significant bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.drawing.curves_data import Floats

Complexes = NDArray[np.complex128]

MOST_STATES = 2**6
"""How many basis states are drawn; of more, the most probable."""
MOST_ROWS = 2**3
"""How many rows of a density matrix are drawn."""
_PURE = 1e-6


@dataclass(frozen=True)
class State:
    r"""A pure or mixed state.

    Attributes:
        values: The amplitudes, shape (2**n_wires,), or the density matrix, shape
            (2**n_wires, 2**n_wires).
        wires: The names of the wires, the most significant bit first.
        name: What it is called.

    Raises:
        ValueError: If the shape does not suit the wires, or a number is not finite.

    Example:
        >>> bell = State(np.array([1, 0, 0, 1]) / np.sqrt(2), ("0", "1"))
        >>> bell.lengths.round(6), round(bell.purity, 6)
        (array([0., 0.]), 1.0)
    """

    values: Complexes
    wires: tuple[str, ...]
    name: str = "state"

    def __post_init__(self) -> None:
        size = 2 ** len(self.wires)
        if not self.wires or self.values.shape not in ((size,), (size, size)):
            rule = f"have shape ({size},) or ({size}, {size}) for {len(self.wires)} wire"
            rule += "s" * (len(self.wires) != 1)
            raise ValueError(requirement("values", rule, f"its shape is {self.values.shape}"))
        if not np.isfinite(self.values).all():
            raise ValueError(requirement("values", "be finite", "it holds NaN or infinity"))

    @property
    def n_wires(self) -> int:
        """The number of wires."""
        return len(self.wires)

    @property
    def is_vector(self) -> bool:
        """Whether it is given by amplitudes, so that it is pure."""
        return self.values.ndim == 1

    @cached_property
    def probabilities(self) -> Floats:
        """The probability of each basis state, shape (2**n_wires,)."""
        if self.is_vector:
            return np.abs(self.values) ** 2
        return np.maximum(self.values.diagonal().real, 0.0)

    @cached_property
    def bloch(self) -> Floats:
        r"""The Bloch vector of each wire by itself, shape (n_wires, 3).

        .. math:: (\mathrm{Tr}\,\rho_w X, \mathrm{Tr}\,\rho_w Y, \mathrm{Tr}\,\rho_w Z)
        """
        return np.array([_bloch(self.reduced([place])) for place in range(self.n_wires)])

    @cached_property
    def lengths(self) -> Floats:
        """The length of each Bloch vector, shape (n_wires,): 1 for a wire in a pure state."""
        return np.asarray(np.linalg.norm(self.bloch, axis=1))

    @cached_property
    def purity(self) -> float:
        r"""The purity :math:`\mathrm{Tr}\,\rho^2`, from :math:`2^{-n}` to 1."""
        if self.is_vector:
            return 1.0
        return float(np.sum(np.abs(self.values) ** 2))

    @property
    def is_pure(self) -> bool:
        """Whether it is pure, within rounding."""
        return self.purity > 1 - _PURE

    def reduced(self, places: Sequence[int]) -> Complexes:
        """Return the density matrix of some wires, in the order given; the others are traced out.

        Args:
            places: The places of the wires, counted from 0.

        Returns:
            Shape (2**k, 2**k) for k places.
        """
        n_wires, size = self.n_wires, 2 ** len(places)
        rest = [place for place in range(n_wires) if place not in places]
        order = [*places, *rest]
        if self.is_vector:
            split = self.values.reshape((2,) * n_wires).transpose(order).reshape(size, -1)
            return np.asarray(split @ split.conj().T)
        axes = [*order, *(n_wires + place for place in order)]
        blocks = self.values.reshape((2,) * (2 * n_wires)).transpose(axes)
        apart = blocks.reshape(size, 2 ** len(rest), size, -1)
        return np.asarray(np.einsum("arbr->ab", apart))

    def part(self, places: Sequence[int]) -> State:
        """Return the state of some wires, in the order given: all of them keep amplitudes."""
        wires = tuple(self.wires[place] for place in places)
        if self.is_vector and len(places) == self.n_wires:
            turned = self.values.reshape((2,) * self.n_wires).transpose(places)
            return State(turned.reshape(-1), wires, self.name)
        return State(self.reduced(places), wires, self.name)


def most_probable(states: Sequence[State], most: int) -> NDArray[np.int64]:
    """Return the basis states to draw, ascending: of too many, those of the highest probability.

    Args:
        states: States of the same wires; the probability of any of them counts.
        most: How many.
    """
    highest = np.max([state.probabilities for state in states], axis=0)
    ranked = np.argsort(-highest.round(9), kind="stable")[:most]
    return np.sort(ranked).astype(np.int64)


def ket(index: int, n_wires: int) -> str:
    """Return a basis state by its bits, wire 0 first.

    Example:
        >>> ket(2, 3)
        '|010⟩'
    """
    return f"|{index:0{n_wires}b}⟩"


def _bloch(matrix: Complexes) -> tuple[float, float, float]:
    across = matrix[1, 0]
    return 2 * across.real, 2 * across.imag, (matrix[0, 0] - matrix[1, 1]).real
