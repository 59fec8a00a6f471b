"""Quadratic models have the same ground states, and the same energies on the way."""

import itertools

import dimod
import numpy as np
import pytest
from hypothesis import given, settings

from qaimagic import bits, spins
from qaimagic.subroutines.energies.problem import read
from qaimagic.subroutines.energies.quadratic import to_quadratic
from tests.subroutines.energies.polynomials import all_states, energies


def least_over_auxiliaries(quadratic):
    """For each state of the problem the least energy of the model, by brute force."""
    problem = quadratic.problem
    bqm, extra = quadratic.bqm(), len(quadratic.products)
    order = list(range(len(problem.spins) + extra))
    least = []
    for state in all_states(problem).astype(int):
        turned = [
            value if quadratic.is_spin or not is_spin else (1 - value) // 2
            for value, is_spin in zip(state, problem.spins, strict=True)
        ]
        rows = [[*turned, *rest] for rest in itertools.product((0, 1), repeat=extra)]
        least.append(bqm.energies((np.array(rows), order)).min())
    return np.array(least)


@given(energies())
@settings(max_examples=40, deadline=None)
def test_the_least_over_the_auxiliaries_is_the_energy_itself(energy):
    if not any(energy.terms):
        return
    problem = read(energy)
    quadratic = to_quadratic(problem)
    assert quadratic.bqm().num_variables <= len(problem.spins) + 8
    expected = problem.energies(all_states(problem))
    assert least_over_auxiliaries(quadratic) == pytest.approx(expected)


def test_it_is_said_how_a_product_of_four_became_quadratic():
    x = bits(4)
    quadratic = to_quadratic(read(x[0] * x[1] * x[2] * x[3] * -3 + x[0] * x[1] * x[2]))
    assert len(quadratic.products) == 2
    assert quadratic.penalty == 3.0
    assert quadratic.notes() == [
        "2 terms of more than two bits became quadratic by 2 auxiliary bits, each a product of two "
        "others, held to it by penalties of up to 3."
    ]


def test_a_penalty_too_small_would_move_the_ground_state():
    """So that the tests above are known to notice it: dimod's own reduction, with less."""
    poly = dimod.BinaryPolynomial({"abc": 5.0, "a": -2.0, "b": -2.0, "c": -2.0}, "BINARY")
    true = dimod.ExactPolySolver().sample_poly(poly).first.energy
    right = to_quadratic(read(poly))
    assert dimod.ExactSolver().sample(right.bqm()).first.energy == pytest.approx(true)
    less = dimod.make_quadratic(poly, 0.3 * right.penalty, "BINARY")
    assert dimod.ExactSolver().sample(less).first.energy < true - 0.1


def test_quadratic_problems_stay_as_they_are():
    s = spins(2)
    quadratic = to_quadratic(read(s[0] * s[1] - s[0]))
    assert quadratic.is_spin
    assert quadratic.notes() == []
    assert quadratic.bqm().num_variables == 2


def test_spins_beside_bits_are_said():
    quadratic = to_quadratic(read(spins(1)[0] * bits(1)[0]))
    assert quadratic.notes() == ["Spins stand as bits in the model: s = 1 - 2x."]


def test_the_model_is_the_same_in_every_process():
    """No set decides an order: two labelled problems differ in their hashes alone."""
    models = []
    for labels in ("abcde", "vwxyz"):
        x = bits(list(labels))
        a, b, c, d, e = x.values()
        models.append(to_quadratic(read(a * b * c - b * c * d + c * d * e * a)))
    assert models[0].terms == models[1].terms
    assert models[0].products == models[1].products


def test_products_of_very_many_spins_are_refused():
    energy = 1
    for spin in spins(13):
        energy = energy * spin
    with pytest.raises(ValueError, match="at most 12 spins, but one has 13"):
        to_quadratic(read(energy))
