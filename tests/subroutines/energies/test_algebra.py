"""Spins and bits as in arithmetic."""

import itertools
import sys
import time

import networkx as nx
import numpy as np
import pytest
import torch

from qaimagic import bits, spins
from qaimagic.subroutines.energies.algebra import Energy


def test_squares_of_spins_are_one_and_of_bits_themselves():
    s, x = spins(2), bits(2)
    assert repr(s[0] ** 2) == "1"
    assert repr(s[0] ** 3) == "s[0]"
    assert repr(x[0] ** 2) == "x[0]"
    assert repr(x[0] ** 0) == "1"
    assert repr((s[0] * x[0]) ** 2) == "x[0]"
    assert repr(s[0] * s[1] * s[0]) == "s[1]"
    assert repr((1 - x[0]) * x[0]) == "0"


@pytest.mark.parametrize("seed", range(5))
def test_arithmetic_is_that_of_numbers(seed):
    """Formulas give the same on variables, then evaluated, as on numbers."""
    rng = np.random.default_rng(seed)
    s, x = spins(3), bits((2, 2))
    a, A = rng.normal(size=3), rng.normal(size=(2, 2))
    formulas = [
        lambda s, _: a @ s + 3,
        lambda s, x: -((2.5 * s[0] - x[0, 1]) ** 3) / 4,
        lambda s, x: (s.sum() - x.sum()) ** 2 * s[0],
        lambda _, x: ((x @ A @ x.T) * 0.5).sum() - 1,
        lambda _, x: sum((x.sum(axis=0) - 1) ** 2),
        lambda s, x: 1 - s[2] * x[1, 1] + np.float32(2) * s[1] * np.int64(3),
        lambda s, _: (s[:, None] * s[None, :]).sum(),
    ]
    for formula in formulas:
        energy = formula(s, x)
        for values in itertools.product((1, -1), repeat=3):
            for zeros in itertools.product((0, 1), repeat=4):
                S, X = np.array(values), np.array(zeros).reshape(2, 2)
                flat = dict(zip(_variables(s, x), [*values, *zeros], strict=True))
                assert energy.evaluate(flat.__getitem__) == pytest.approx(formula(S, X))


def _variables(*arrays):
    return [next(iter(each.terms))[0] for array in arrays for each in array.flat]


def test_numbers_of_any_kind_are_coefficients():
    (s,) = spins(1)
    for number in (2, 2.0, True, np.float32(2), np.array(2.0), torch.tensor(2.0)):
        assert (s * number).terms == {next(iter(s.terms)): float(number)}
        assert (s + number).degree == 1
    assert repr(np.array([1.0, 2.0]) * s) == "array([s[0], 2 s[0]], dtype=object)"
    for wrong in ("2", None, [1]):
        with pytest.raises(TypeError):
            s * wrong
        with pytest.raises(TypeError):
            wrong + s


def test_nodes_of_a_graph_are_labels():
    G = nx.Graph()
    G.add_weighted_edges_from([("a", "b", 2.0), ("b", (1, 2), 0.5)])
    s = spins(G.nodes)
    energy = sum(G[u][v].get("weight", 1) * s[u] * s[v] for u, v in G.edges)
    assert repr(energy) == "2 s['a'] s['b'] + 0.5 s['b'] s[1, 2]"
    assert list(s) == ["a", "b", (1, 2)]


def test_sums_and_differences_print_as_on_paper():
    s = spins(2, name="up")
    assert repr(s[0] - s[1]) == "up[0] - up[1]"
    assert repr(-s[0] - 2) == "-2 - up[0]"
    assert repr(0 * s[0]) == repr(s[0] - s[0]) == "0"
    assert repr(sum(spins(30))) == "<energy of 30 terms, of degree 1>"


def test_families_made_apart_are_apart():
    a, b = spins(2), spins(2)
    assert (a[0] * b[0]).degree == 2
    assert (a[0] * a[0]).degree == 0


def test_a_sum_of_very_many_terms_takes_little_time_and_no_stack():
    x = bits(20_000)
    start = time.perf_counter()
    energy = sum(i * x[i] for i in range(len(x)))
    assert len(energy.terms) == len(x) - 1
    assert time.perf_counter() - start < 2
    assert len(x) > sys.getrecursionlimit()


def test_comparisons_say_how_to_write_a_rule():
    x = bits(2)
    for wrong in (
        lambda: x[0] + x[1] == 1,
        lambda: x[0] < 1,
        lambda: bool(x[0]),
        lambda: x[0] in [1],
    ):
        with pytest.raises(TypeError, match="Write a rule as a penalty"):
            wrong()


@pytest.mark.parametrize("exponent", [-1, 0.5, True, "2"])
def test_exponents_are_whole_numbers(exponent):
    with pytest.raises(ValueError, match="`exponent` must be a whole number from 0 on"):
        spins(1)[0] ** exponent


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ("abc", TypeError, r"several labels, but it is 'abc'.*`\['abc'\]`"),
        (2.5, TypeError, "must be a number, a shape, or several labels"),
        (0, ValueError, "sizes of at least 1"),
        ((2, 0), ValueError, "sizes of at least 1"),
        (["a", "b", "a"], ValueError, "'a' stands there twice"),
        ([["a"]], TypeError, "keys of a dict"),
    ],
)
def test_what_cannot_be_labels(labels, error, message):
    for make in (spins, bits):
        with pytest.raises(error, match=message):
            make(labels)


def test_names_are_names():
    with pytest.raises(ValueError, match="`name` must be a name"):
        spins(2, name="two words")


def test_an_energy_is_no_key():
    with pytest.raises(TypeError, match="unhashable"):
        {spins(1)[0]: 1}
    assert isinstance(spins(1)[0], Energy)
