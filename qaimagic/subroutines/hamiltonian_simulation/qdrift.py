r"""qDRIFT: words drawn by the sizes of their factors, each turned by the same angle.

.. math:: p_j = \frac{|h_j|}{\lambda}, \quad U_j = e^{-i \, \mathrm{sgn}(h_j) \theta P_j}, \quad
    \theta = \frac{\lambda t}{N}

One draw of N words is a poor evolution; the channel, the mean of all draws, is a good one. It is
known exactly where density matrices are small:

.. math:: \mathcal{E}(\rho) = \cos^2\theta \, \rho + \sin^2\theta \sum_j p_j P_j \rho P_j
    - \frac{i \sin\theta \cos\theta}{\lambda} [H, \rho]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.hamiltonian_simulation.formulas import Exponential
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.hamiltonian_simulation.words import Words, ones
from qaimagic.subroutines.matrices.reading import Matrix, Vector

MOST_MIXED = 6
"""The most wires of which the channel is computed."""

MOST_SIDE_BY_SIDE = 12
"""The most wires on which all draws are simulated side by side."""


def draw_words(terms: Terms, steps: int, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return which words were drawn, shape (draws, steps)."""
    chances = np.abs(terms.factors) / terms.reach
    return rng.choice(len(terms.words), size=(draws, steps), p=chances)


def exponentials_of(terms: Terms, drawn: NDArray[np.int64]) -> list[Exponential]:
    """Return one draw's words with the fractions of the time that they stand for."""
    each = terms.reach / len(drawn)
    return [(int(index), each / abs(terms.factors[index])) for index in drawn]


@dataclass(frozen=True, eq=False)
class Action:
    """What words make of basis states.

    Attributes:
        places: Where each amplitude comes from, shape (m, 2^n).
        signs: What it is multiplied with, shape (m, 2^n).
    """

    places: NDArray[np.int64]
    signs: NDArray[np.complex128]


def action_of(words: Words, n_wires: int) -> Action:
    """Return what words make of n wires' basis states."""
    states = np.arange(2**n_wires)
    places = states[None] ^ words.x[:, None]
    phases = np.array([1, 1j, -1, -1j])[ones(words.x & words.z) % 4]
    signs = 1 - 2 * (ones(places & words.z[:, None]) % 2)
    return Action(places, np.asarray(phases[:, None] * signs, np.complex128))


def drawn_states(
    terms: Terms, start: Vector, time: float, drawn: NDArray[np.int64]
) -> NDArray[np.complex128]:
    """Return the final state of each draw, shape (draws, 2^n): all are simulated side by side."""
    action = action_of(terms.bits, len(terms.wires))
    angle = terms.reach * time / drawn.shape[1]
    turns = -1j * np.sin(angle) * np.sign(terms.factors)
    states = np.tile(start, (len(drawn), 1))
    for words in drawn.T:
        moved = np.take_along_axis(states, action.places[words], axis=1)
        states = np.cos(angle) * states + turns[words, None] * action.signs[words] * moved
    phased: NDArray[np.complex128] = states * np.exp(-1j * terms.constant * time)
    return phased


def channel(terms: Terms, start: Vector, time: float, steps: int) -> Matrix:
    """Return the density matrix that the mean of all draws leaves, shape (2^n, 2^n)."""
    words, states = terms.bits, np.arange(len(start))
    chances = np.abs(terms.factors) / terms.reach
    angle = terms.reach * time / steps
    differ = states[:, None] ^ states[None]
    weights = {int(x): np.zeros(differ.shape) for x in np.unique(words.x)}
    for x, z, chance in zip(words.x, words.z, chances, strict=True):
        weights[int(x)] += chance * (1 - 2 * (ones(differ & z) % 2))
    matrix = terms.sparse.toarray() / terms.reach
    rho: Matrix = np.outer(start, start.conj())
    sine, cosine = np.sin(angle), np.cos(angle)
    for _ in range(steps):
        mixed = sum(w * rho[np.ix_(states ^ x, states ^ x)] for x, w in weights.items())
        turned = matrix @ rho - rho @ matrix
        rho = cosine**2 * rho + sine**2 * mixed - 1j * sine * cosine * turned
    return rho


def trace_distance(rho: Matrix, state: Vector) -> float:
    r"""Return :math:`\frac12 \| \rho - |\psi\rangle\langle\psi| \|_1`."""
    return float(np.abs(np.linalg.eigvalsh(rho - np.outer(state, state.conj()))).sum() / 2)
