"""Energies in all their forms are one polynomial."""

from fractions import Fraction

import dimod
import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings

from qaimagic import bits, spins
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.subroutines.energies.problem import Problem, read
from tests.subroutines.energies.polynomials import all_states, energies


@given(energies())
@settings(max_examples=50, deadline=None)
def test_its_energies_are_the_users(energy):
    try:
        problem = read(energy)
    except ValueError:
        assert not any(energy.terms)
        return
    states = all_states(problem)
    by_hand = [
        energy.evaluate(dict(zip(problem.variables, row.tolist(), strict=True)).__getitem__)
        for row in states
    ]
    assert problem.energies(states) == pytest.approx(np.array(by_hand))
    assert spectrum(problem.terms, problem.spins) == pytest.approx(np.array(by_hand))


def test_a_matrix_need_not_be_symmetric():
    Q = np.array([[-1.0, 3.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    problem = read(Q)
    assert problem.labels == ("x[0]", "x[1]", "x[2]")
    assert problem.terms == {(0,): -1.0, (0, 1): 4.0, (1,): 2.0}
    for states in (all_states(problem),):
        expected = np.einsum("si,ij,sj->s", states, Q, states)
        assert problem.energies(states) == pytest.approx(expected)
    assert read(Q.tolist()).terms == read(torch.tensor(Q)).terms == problem.terms


def test_a_dict_is_a_qubo_with_labels_of_its_own():
    problem = read({("a", "a"): -1, ("a", "b"): 2, ("b", "a"): 1})
    assert problem.labels == ("a", "b")
    assert problem.terms == {(0,): -1.0, (0, 1): 3.0}


@pytest.mark.parametrize("vartype", ["SPIN", "BINARY"])
def test_dimods_models(vartype):
    bqm = dimod.BinaryQuadraticModel({"a": 1.0, "b": 0.0}, {"ab": -2.0}, 0.5, vartype)
    problem = read(bqm)
    states = all_states(problem)
    assert problem.energies(states) == pytest.approx(bqm.energies((states, ["a", "b"])))
    poly = dimod.BinaryPolynomial({"abc": 2.0, "a": -1.0}, vartype)
    problem = read(poly)
    states = all_states(problem)
    assert problem.energies(states) == pytest.approx(poly.energies((states, problem.labels)))


def test_a_polynomials_labels_are_in_order():
    """In dimod they are in a set."""
    terms = {(10, 2, "b"): 1.0, ("a", 1.5): -2.0, (): 3.0}
    assert read(dimod.BinaryPolynomial(terms, "SPIN")).labels == (1.5, 2, 10, "a", "b")


def test_a_matrix_of_zeros_keeps_its_variables():
    assert read(np.zeros((2, 2))).labels == ("x[0]", "x[1]")


def test_it_prints_by_its_size():
    assert (
        repr(read(spins(2)[0] * bits(1)[0])) == "<problem of 1 spin and 1 bit: 1 term, of degree 2>"
    )


def test_names_are_told_apart():
    energy = spins(2)[0] * spins(1)[0] + bits(1)[0] + bits(["a"], name="y")["a"]
    assert read(energy).labels == ("s[0]", "s2[0]", "x[0]", "y['a']")


REFUSED = {
    "nothing": (0, "must depend on a spin or a bit, but it is 0. A sum over nothing"),
    "a rule": (True, "it is True. Write a rule as a penalty"),
    "cancels": (lambda: spins(1)[0] ** 2, "it is 1 for all values. Does a sum run over nothing"),
    "array": (lambda: spins(3), r"must be one energy, but it is an array of shape \(3,\)"),
    "nan": (lambda: float("nan") * spins(1)[0], r"that of s\[0\] is nan"),
    "inf": (lambda: 1e200 * (1e200 * bits(2)[0] * bits(2)[1]), "is inf"),
    "nan in a matrix": ([[0.0, float("nan")], [0.0, 0.0]], r"that of x\[0\]·x\[1\] is nan"),
    "not square": (np.ones((2, 3)), r"must be a square matrix, but its shape is \(2, 3\)"),
    "empty dict": ({}, "must depend on a spin or a bit"),
    "keys": ({"a": 1}, "must have pairs as keys, but one is 'a'. A linear term"),
    "longer keys": ({("a", "b", "c"): 1}, r"one is \('a', 'b', 'c'\)\. `dimod\.BinaryPolynomial"),
    "fields and couplings": (({"a": 1}, {("a", "b"): -1}), r"it is tuple\. `dimod\..*from_ising"),
    "operator": (qml.Z(0) @ qml.Z(1), r"`qaimagic\.vqe` takes operators"),
    "values": ({("a", "b"): "1"}, "must have numbers as values"),
    "text": ("s[0]*s[1]", "must be an energy of spins and bits"),
    "none": (None, "must be an energy of spins and bits"),
    "object": (object(), "must be an energy of spins and bits"),
    "constrained": (
        dimod.ConstrainedQuadraticModel,
        r"it is a dimod ConstrainedQuadraticModel\. `dimod\.cqm_to_bqm`",
    ),
    "mixed": (dimod.QuadraticModel, "it is a dimod QuadraticModel. A `BinaryQuadraticModel`"),
    "complex": (np.array([[1j]]), "must have real coefficients, but it is complex"),
    "complex in a dict": ({(0, 1): 1j}, "must have numbers as values, but one is 1j"),
    "ragged": ([[1, 2], [3]], "must be a square matrix, but its rows differ in length"),
    "no rows": (np.zeros((0, 0)), "must depend on a spin or a bit"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_energy_is_refused(case):
    energy, message = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=message):
        read(energy() if callable(energy) else energy)


@pytest.mark.parametrize(
    ("terms", "is_exact"),
    [
        ({(0,): 3.0, (1,): -0.25}, True),
        ({(0,): 2.0**53}, True),
        ({(0,): 2.0**53, (): 2.0}, False),
        ({(0,): 0.1, (1,): 3.0}, False),
        ({(0,): 5e-324}, True),
        ({}, True),
    ],
)
def test_sums_of_few_bits_are_exact(terms, is_exact):
    problem = Problem(("a", "b"), (True, True), terms)
    assert (problem.rounding == 0) == is_exact
    total = sum(Fraction(c) for c in terms.values())
    if is_exact:
        assert Fraction(sum(terms.values())) == total
