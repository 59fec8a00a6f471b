"""Every energy at once, against a loop over states."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.devices.annealers.spectrum import spectrum, states


@st.composite
def polynomials(draw):
    spins = draw(st.lists(st.booleans(), min_size=0, max_size=5))
    terms = [t for k in range(len(spins) + 1) for t in itertools.combinations(range(len(spins)), k)]
    chosen = draw(st.lists(st.sampled_from(terms), unique=True, max_size=8))
    numbers = st.floats(-10, 10, allow_nan=False)
    return {term: draw(numbers) for term in chosen}, spins


@given(polynomials())
@settings(max_examples=60, deadline=None)
def test_it_equals_a_loop_over_states(polynomial):
    terms, spins = polynomial
    energies = spectrum(terms, spins)
    values = states(np.arange(2 ** len(spins)), spins)
    for energy, state in zip(energies, values.astype(float), strict=True):
        by_hand = sum(c * np.prod([state[i] for i in term]) for term, c in terms.items())
        assert energy == pytest.approx(by_hand, abs=1e-9)


def test_the_first_variable_is_the_most_significant():
    assert states(np.array([0, 1, 2]), [True, True]).tolist() == [[1, 1], [1, -1], [-1, 1]]
    assert states(np.array([1, 2]), [False, False]).tolist() == [[0, 1], [1, 0]]
    assert spectrum({(0,): 1.0}, [False, False]).tolist() == [0.0, 0.0, 1.0, 1.0]
