r"""Where a quantum evolution takes a state of spins: proposals for a Markov chain.

.. math:: Q_{ij} = \Big\langle \big|\langle i | e^{-i H t} | j \rangle\big|^2
    \Big\rangle_{\gamma, t}, \qquad
    H = (1 - \gamma)\, \alpha E + \gamma \sum_i X_i, \qquad
    \alpha = \frac{\|\sum_i X_i\|}{\|E - \bar E\|}

A machine prepares the state j, evolves it for a time t, and measures. H is real and symmetric, so
:math:`e^{-i H t}` is symmetric, and a jump is as likely as the one back. Strength and time are
drawn anew for each jump from 32 pairs that fill the ranges of Layden et al. evenly, so that a
jump has the probabilities of their mean; a simulation draws from that.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from qaimagic.devices.annealers.dense import eigenpairs, one_thread
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.errors import DeviceError

MOST_SPINS = 10
"""The most spins: their jumps fill 8 MiB, and each further spin takes eight times as long."""
STRENGTHS = (0.25, 0.6)
"""Between which the share of the transverse field lies, gamma."""
TIMES = (2.0, 20.0)
"""Between which the time of an evolution lies, in units of 1 / H."""
_GRID = (4, 8)


def check_spins(n: int, who: str, fix: str) -> None:
    """Check that the evolution of so many spins can be simulated.

    Args:
        n: How many there are.
        who: Who asks, such as "Device `anneal:quantum-mcmc`".
        fix: A sentence with what takes more.

    Raises:
        DeviceError: If there are too many.
    """
    if n > MOST_SPINS:
        raise DeviceError(
            f"{who} simulates quantum states of at most {MOST_SPINS} spins, but there are {n}. "
            f"{fix}"
        )


def settings() -> list[tuple[float, list[float]]]:
    """Return the strengths of the transverse field, each with its times.

    Example:
        >>> [(round(gamma, 3), times[0]) for gamma, times in settings()]
        [(0.294, 2.28125), (0.381, 2.84375), (0.469, 3.40625), (0.556, 3.96875)]
    """
    n_strengths, n_times = _GRID
    shares = (np.arange(n_strengths) + 0.5) / n_strengths
    found = []
    for share in shares.tolist():
        places = (np.arange(n_times) + share) / n_times
        times = TIMES[0] + (TIMES[1] - TIMES[0]) * places
        found.append((STRENGTHS[0] + (STRENGTHS[1] - STRENGTHS[0]) * share, times.tolist()))
    return found


def jumps(energies: Floats) -> Floats:
    """Return the probability of each jump, shape (2^n, 2^n), symmetric.

    Args:
        energies: Of all states, shape (2^n,), as `spectrum` returns them.

    References:
        Layden et al., Nature 619 (2023) 282, doi:10.1038/s41586-023-06095-4, arXiv:2203.12497.
    """
    total, count = torch.zeros((len(energies),) * 2, dtype=torch.float64), 0
    with one_thread():
        for gamma, times in settings():
            values, vectors = map(torch.from_numpy, eigenpairs(hamiltonian(energies, gamma)))
            for time in times:
                real = (vectors * torch.cos(values * time)) @ vectors.T
                imaginary = (vectors * torch.sin(values * time)) @ vectors.T
                total += real**2 + imaginary**2
                count += 1
        return ((total + total.T) / (2 * count)).numpy()


def hamiltonian(energies: Floats, gamma: float) -> Floats:
    """Return the Hamiltonian of an evolution, shape (2^n, 2^n), real and symmetric.

    Args:
        energies: Of all states, shape (2^n,).
        gamma: The share of the transverse field, from 0 to 1.
    """
    size = len(energies)
    n = size.bit_length() - 1
    largest = float(np.abs(energies).max()) or 1.0
    heights = energies / largest
    heights = heights - heights.mean()
    norm = float(np.linalg.norm(heights))
    if norm > size * np.finfo(np.float64).eps:
        heights = heights * (np.sqrt(n * size) / norm)
    H = np.diag((1 - gamma) * heights)
    numbers = np.arange(size)
    for i in range(n):
        H[numbers, numbers ^ (1 << i)] = gamma
    return H


class JumpTable:
    """Draws jumps, of any number of states at a time.

    Args:
        probabilities: Of each jump, shape (N, N); each row sums to 1.
    """

    def __init__(self, probabilities: Floats) -> None:
        size = len(probabilities)
        edges = np.cumsum(probabilities, axis=1)
        edges /= edges[:, -1:]
        edges += np.arange(size)[:, None]
        self._size, self._edges = size, edges.ravel()

    def draw(self, states: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return where each of the states jumps, shape (m,)."""
        found = np.searchsorted(self._edges, states + rng.random(len(states)), side="right")
        return np.asarray(np.minimum(found - self._size * states, self._size - 1))
