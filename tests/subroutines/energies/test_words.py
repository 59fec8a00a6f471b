"""Energies as Pauli words: the same numbers in every state."""

import numpy as np
import pytest
from hypothesis import given, settings

from qaimagic import bits
from qaimagic.subroutines.energies.problem import read
from qaimagic.subroutines.energies.words import words_of
from tests.subroutines.energies.polynomials import all_states, energies


@settings(deadline=None, max_examples=50)
@given(energies())
def test_words_have_the_energy_of_every_state(energy):
    if not energy.terms or energy.degree == 0:
        return
    problem = read(energy)
    states = all_states(problem)
    signs = np.where(problem.spins, states, 1 - 2 * states.astype(float))
    total = sum(c * signs[:, list(word)].prod(axis=1) for word, c in words_of(problem).items())
    np.testing.assert_allclose(total, problem.energies(states), atol=1e-9)


def test_what_cancels_leaves_no_word():
    x = bits(2)
    problem = read(x[0] * x[1] - x[0] / 2 - x[1] / 2)
    assert words_of(problem) == {(): -0.25, (0, 1): 0.25}


def test_long_products_of_bits_are_refused():
    x = bits(13)
    product = 1
    for bit in x:
        product = product * bit
    with pytest.raises(ValueError, match="products of at most 12 bits, but one has 13"):
        words_of(read(product))
