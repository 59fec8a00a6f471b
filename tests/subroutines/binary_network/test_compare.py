"""``compare_solvers``: the same data, the exact optimum, honest numbers."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from qaimagic import BinaryNetwork, anneal, compare_solvers
from qaimagic.subroutines.binary_network.result import Share
from tests.subroutines.energies.polynomials import all_states

XOR = ([[1, 1], [1, -1], [-1, 1], [-1, -1]], [-1, 1, 1, -1])
CLASSICAL = ["exact", "descent", "annealing", "quadratic", "adam"]


@pytest.fixture(scope="module")
def iris():
    """One class in the middle of two others, which no straight line parts from them."""
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    return X[::2], y[::2] == 1, X[1::2], y[1::2] == 1


@pytest.fixture(scope="module")
def result(iris):
    return compare_solvers(BinaryNetwork(4, 2), *iris, methods=CLASSICAL, reads=60)


def test_the_optimum_is_the_exact_one(result, iris):
    network = BinaryNetwork(4, 2)
    exact = anneal(network.energy(*iris[:2]), device="anneal:exact", reads=1)
    assert result.optimum == pytest.approx(exact.energy)
    assert [way.method for way in result.ways] == CLASSICAL
    assert all(way.loss >= result.optimum - 1e-12 for way in result.ways)
    assert (result.n_weights, result.degree) == (11, 10)
    problem = network.energy(*iris[:2])
    assert result.n_terms == len(problem.terms)
    energies = problem.energies(all_states(problem))
    assert result.chance == np.isclose(energies, energies.min(), atol=1e-9).mean()


def test_losses_and_accuracies_are_those_of_the_weights(result, iris):
    X, y, X_test, y_test = iris
    for way in result.ways:
        network = BinaryNetwork(4, 2).set_weights(way.weights)
        energies = network.energy(X, y).energies(way.weights[None])
        assert energies == pytest.approx([way.loss])
        assert way.train.count == ((network.predict(X) > 0) == y).sum()
        assert way.test.count == ((network.predict(X_test) > 0) == y_test).sum()
        if way.success is not None:
            hits = (way.losses <= result.optimum + 1e-9).sum()
            assert (way.success.count, way.success.total) == (hits, len(way.losses))


def test_a_few_weights_beat_a_straight_line_here(result, iris):
    X, y, X_test, y_test = iris
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    train, test = result.logistic
    assert train.value == pytest.approx(fitted.score(X, y))
    assert test.value == pytest.approx(fitted.score(X_test, y_test))
    assert result["exact"].train.value > train.value


def test_what_each_way_cost(result):
    assert result["exact"].evaluations == 2**11
    assert result["annealing"].evaluations == 60 * 11 * 101
    assert result["adam"].evaluations == 60 * 100
    auxiliary = result["quadratic"].auxiliary
    assert auxiliary == 74
    assert result["quadratic"].evaluations == 60 * 1000 * (11 + auxiliary)
    assert all(way.seconds > 0 for way in result.ways)
    assert all(way.circuits == 0 for way in result.ways)


def test_searches_on_the_polynomial_beat_the_quadratic_model(result):
    """Its auxiliary bits make it harder; the intervals do not overlap."""
    assert result["quadratic"].success.interval[1] < result["descent"].success.interval[0]


def test_it_shows_itself(result):
    line = repr(result)
    assert "\n" not in line
    assert line.startswith("11 weights, ")
    assert "adam" in line
    bundle = result._repr_mimebundle_()
    assert bundle["text/plain"] == line
    assert "logistic regression" in bundle["text/html"]
    assert "auxiliary bits" in bundle["text/html"]
    frame = result.to_frame()
    assert frame.method.tolist() == CLASSICAL
    assert frame.loss.tolist() == [way.loss for way in result.ways]
    assert frame.success_low.isna().tolist() == [True, False, False, False, False]


def test_the_same_seed_gives_the_same_line():
    first, again = (
        compare_solvers(BinaryNetwork(2, 2), *XOR, methods=CLASSICAL, reads=20, seed=5)
        for _ in range(2)
    )
    assert repr(first) == repr(again)
    for one, other in zip(first.ways, again.ways, strict=True):
        assert (one.losses == other.losses).all()
    other = compare_solvers(BinaryNetwork(2, 2), *XOR, methods=CLASSICAL, reads=20, seed=6)
    for one, another in zip(first.ways[1:], other.ways[1:], strict=True):
        assert (one.losses != another.losses).any()
    assert "training accuracy 1 [0.51, 1], logistic regression 0.5 [" in repr(first)


def test_the_network_stays_as_it_is():
    network = BinaryNetwork(2, 2)
    before = network.weights
    compare_solvers(network, *XOR, methods=["descent"], reads=5)
    assert (network.weights == before).all()


def test_enumeration_alone():
    result = compare_solvers(BinaryNetwork(2, 2), *XOR, methods=[])
    assert result.optimum == pytest.approx(4 / 9)
    assert "reached by" not in repr(result)
    assert "<svg" in result.plot().svg


def test_shares_have_wilsons_interval():
    """Brown, Cai, DasGupta, Stat. Sci. 16, 101 (2001): 0 of 10 up to 0.2775."""
    assert Share(0, 10).interval == pytest.approx((0, 0.27753), abs=1e-5)
    assert Share(5, 10).value == 0.5


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"methods": ["anealing"]}, ValueError, "Did you mean `annealing`"),
        ({"methods": "adam"}, TypeError, r"must be a list, but it is 'adam'.*\[\"adam\"\]"),
        ({"reads": 0}, ValueError, "`reads` must be at least 1"),
        ({"lr": 0.0}, ValueError, "`lr` must be above 0"),
        ({"X_test": [[1, 1]]}, ValueError, "`y_test` must come with `X_test`"),
        ({"X_test": [[1, 1]], "y_test": [3]}, ValueError, "`y_test` must hold"),
        ({"seed": -1}, ValueError, "`seed` must be at least 0"),
    ],
)
def test_what_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        compare_solvers(BinaryNetwork(2, 2), *XOR, **arguments)


def test_too_many_weights_are_refused_with_what_works():
    with pytest.raises(ValueError, match=r"at most 20 weights .* but it has 25\. Take fewer"):
        compare_solvers(BinaryNetwork(5, 4), np.ones((2, 5)), [1, -1])


def test_another_network_is_refused():
    with pytest.raises(TypeError, match=r"it is Linear\. `qaimagic\.BinaryNetwork\(n_inputs"):
        compare_solvers(torch.nn.Linear(2, 1), *XOR)


def test_an_unknown_way_is_named(result):
    with pytest.raises(ValueError, match="Did you mean `adam`"):
        result["adams"]
