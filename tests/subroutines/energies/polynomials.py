"""Random energies of spins and bits, and their values by a loop."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st

from qaimagic import bits, spins
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem


@st.composite
def energies(draw: st.DrawFn, degree: int = 4) -> Energy:
    """An energy of up to three spins and three bits."""
    variables = [*spins(draw(st.integers(1, 3))), *bits(draw(st.integers(1, 3)))]
    energy = Energy({})
    for _ in range(draw(st.integers(1, 6))):
        term: Any = draw(st.integers(-5, 5))
        for i in draw(st.lists(st.integers(0, len(variables) - 1), max_size=degree)):
            term = term * variables[i]
        energy = energy + term
    return energy


def all_states(problem: Problem) -> np.ndarray:
    values = [(1, -1) if is_spin else (0, 1) for is_spin in problem.spins]
    return np.array(list(itertools.product(*values)), dtype=np.int8)
