"""Effective temperatures: gaps by flipping one variable at a time, and both ways to fit."""

import numpy as np
import pytest

from qaimagic import sample_boltzmann
from qaimagic.devices.annealers.spectrum import states
from qaimagic.subroutines.boltzmann_sampling.effective import gaps, temperature_of
from qaimagic.subroutines.energies.problem import Problem, read
from tests.subroutines.boltzmann_sampling.models import glass, mixed


def of_third_degree():
    terms = {(): 1.0, (0,): 0.3, (0, 1): -1.1, (0, 1, 2): 0.7, (1, 3): 2.0}
    return Problem(("a", "b", "c", "d"), (True, False, True, False), terms)


@pytest.mark.parametrize("make", [of_third_degree, lambda: read(mixed()[2])])
def test_a_gap_is_what_changing_one_variable_costs(make):
    problem = make()
    n = len(problem.spins)
    all_states = states(np.arange(2**n), problem.spins)
    found = gaps(problem, all_states)
    for i, is_spin in enumerate(problem.spins):
        changed = all_states.copy()
        changed[:, i] = -changed[:, i] if is_spin else 1 - changed[:, i]
        expected = problem.energies(changed) - problem.energies(all_states)
        assert found[:, i] == pytest.approx(expected)


@pytest.mark.parametrize("temperature", [0.8, 4.0])
def test_likelihood_and_pseudo_likelihood_agree_in_equilibrium(temperature):
    _, energy = glass(8)
    result = sample_boltzmann(energy, temperature=temperature, device="anneal:exact", reads=5000)
    found = result.samples
    pseudo = temperature_of(found.problem, found.states, found.counts, None)
    likely = result.effective_temperature
    for fit in (pseudo, likely):
        assert abs(fit.value - temperature) < 4 * fit.standard_error
    assert pseudo.standard_error < 3 * likely.standard_error
