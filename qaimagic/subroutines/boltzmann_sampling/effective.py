"""The temperature that samples of an energy have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.pseudo_likelihood import pseudo_fitted
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.devices.annealers.thermal import Temperature, fitted
from qaimagic.subroutines.boltzmann_sampling.exact import Exact
from qaimagic.subroutines.energies.problem import Problem


def temperature_of(
    problem: Problem, states: NDArray[np.int8], counts: NDArray[np.int64], exact: Exact | None
) -> Temperature | None:
    """Return the temperature of samples: by likelihood over all states, else by pseudo-likelihood.

    Args:
        problem: The energy.
        states: Shape (m, n).
        counts: How often each came, shape (m,).
        exact: The exact distribution, or None where there are too many states.

    Returns:
        The temperature, or None where all states have one energy, so that there is none.
    """
    if exact is None:
        return pseudo_fitted(gaps(problem, states), counts)
    return fitted(exact.levels, problem.energies(states), counts)


def gaps(problem: Problem, states: NDArray[np.int8]) -> Floats:
    """Return by how much the energy rises if one variable takes its other value, shape (m, n).

    Args:
        problem: The energy.
        states: Shape (m, n).
    """
    columns = states.T.astype(np.float64)
    found = np.zeros(columns.shape)
    for term, coefficient in problem.terms.items():
        for i in term:
            others = np.full(len(states), coefficient)
            for j in term:
                if j != i:
                    others *= columns[j]
            found[i] += others
    is_spin = np.asarray(problem.spins)[:, None]
    steps = np.where(is_spin, -2 * columns, 1 - 2 * columns)
    return np.asarray((found * steps).T)
