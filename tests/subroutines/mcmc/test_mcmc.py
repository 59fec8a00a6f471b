"""Chains from energies of all kinds, beside what their matrices say."""

import warnings

import dimod
import numpy as np
import pytest

import qaimagic
from qaimagic import mcmc, spins
from qaimagic.distributions import chi_square
from qaimagic.errors import DeviceError
from tests.devices.annealers.models import random_ising

PROPOSALS = ("quantum", "local", "uniform")


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_figures_agree_with_the_exact_ones(proposal):
    chain = mcmc(random_ising(5, seed=0, scale=0.7), proposal=proposal, steps=2000)
    row = chain.summary()
    for figure in ("mean_energy", "acceptance_rate", "autocorrelation_time"):
        error = row[figure.replace("_rate", "") + "_error"]
        assert 0 < error < 0.2 * abs(row[figure])
        assert abs(row[figure] - row[f"exact_{figure}"]) < 4 * error
    exact = chain.exact.autocorrelation_time(chain.magnetizations)
    found = chain.magnetization_autocorrelation
    assert abs(found.time - exact) < 4 * found.standard_error
    assert chain.exact.imbalance < 1e-15


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_last_states_of_independent_chains_are_boltzmanns(proposal):
    model = random_ising(4, seed=3, scale=0.5)
    chain = mcmc(model, proposal=proposal, steps=150, chains=4000, seed=1)
    last = (1 - chain.states[:, -1]) // 2
    assert chi_square(last, chain.exact.probabilities).p_value > 0.001
    assert chi_square(last, chain.exact.at(1.5).probabilities).p_value < 1e-6


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_steps_follow_the_matrix(proposal):
    """Counts of steps from each state, against its row of the transition matrix."""
    chain = mcmc(random_ising(2, seed=1), proposal=proposal, steps=400, chains=50)
    before, after = chain.numbers[:, :-1].ravel(), chain.numbers[:, 1:].ravel()
    counts = np.zeros((4, 4))
    np.add.at(counts, (before, after), 1)
    rows = counts.sum(axis=1, keepdims=True)
    P = chain.exact.matrix
    errors = np.sqrt(P * (1 - P) / rows) + 1e-12
    assert (np.abs(counts / rows - P) / errors).max() < 4.5


def test_bits_and_spins_are_the_same_physics():
    model = random_ising(5, seed=2)
    one, other = (mcmc(each, steps=50) for each in (model, model.change_vartype("BINARY", False)))
    assert set(np.unique(one.states)) == {-1, 1}
    assert set(np.unique(other.states)) == {0, 1}
    # dimod's bit of 1 is a spin of +1, and in a state's number a 1 is a spin of -1.
    assert other.levels[::-1] == pytest.approx(one.levels)
    assert other.exact.proposals[::-1, ::-1] == pytest.approx(one.exact.proposals)
    assert other.exact.spectral_gap == pytest.approx(one.exact.spectral_gap)
    for chain in (one, other):
        rows = chain.states.reshape(-1, 5)
        assert chain.energies.ravel() == pytest.approx(chain.problem.energies(rows))


def test_products_of_three_need_no_auxiliary():
    s = spins(4)
    chain = mcmc(s[0] * s[1] * s[2] + s[3], temperature=0.1, steps=400)
    assert chain.energies[:, -1].min() == -2
    assert chain.frequencies @ chain.levels == pytest.approx(chain.mean_energy)
    assert abs(chain.mean_energy - chain.summary()["exact_mean_energy"]) < 0.01


def test_a_seed_decides_the_chains():
    model = random_ising(4, seed=0)
    first, again, other = (mcmc(model, steps=50, seed=seed) for seed in (1, 1, 2))
    assert (first.numbers == again.numbers).all()
    assert repr(first) == repr(again)
    assert (first.numbers != other.numbers).any()


def test_a_result_tells_itself():
    chain = mcmc(random_ising(4, seed=0), steps=400, chains=20)
    text = repr(chain)
    assert text.startswith("4 variables at T = 1, quantum proposals, 20 x 400 steps; ")
    assert "spectral gap" in text
    assert "\n" not in text
    picture = chain.plot()
    assert picture.text == text
    assert "exact distance from Boltzmann" in picture.svg
    assert all(word in picture.svg for word in PROPOSALS)
    assert chain._repr_mimebundle_()["text/plain"] == picture.text
    frame = chain.to_frame()
    assert frame.index.tolist() == ["quantum"]
    assert frame.loc["quantum", "circuits"] == 20 * 400
    assert frame.loc["quantum", "effective_samples_per_second"] > 0
    classical = mcmc(random_ising(4, seed=0), proposal="local", steps=10)
    assert classical.circuits == 0


def test_more_than_ten_variables_have_chains_and_no_matrix():
    chain = mcmc(random_ising(12, seed=0), proposal="local", temperature=8.0, steps=300)
    assert chain.exact is None
    assert chain.summary()["spectral_gap"] is None
    assert "exact" not in repr(chain) + chain.plot().text
    assert chain.mean_energy < 0


def test_the_smallest_ones():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = mcmc({("a", "a"): 1.0}, steps=1, chains=1)
        still = mcmc(dimod.BinaryQuadraticModel({"a": 0.0, "b": 0.0}, {}, 0.1, "SPIN"), steps=9)
        for chain in (one, still):
            assert "one energy throughout" in repr(chain)
            assert chain.plot().svg
    short = mcmc(random_ising(6, seed=0), proposal="local", temperature=0.1, steps=20)
    assert "too short to tell the energy's autocorrelation time (exact" in repr(short)
    assert np.isnan(short.effective_samples_per_second)


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        ({"temperature": 0}, ValueError, "`temperature` must be above 0"),
        ({"temperature": -1}, ValueError, "`temperature` must be above 0"),
        ({"temperature": float("inf")}, ValueError, "`temperature` must be finite"),
        ({"temperature": float("nan")}, ValueError, "`temperature` must be finite"),
        ({"temperature": "cold"}, TypeError, "`temperature` must be a number"),
        ({"steps": 0}, ValueError, "`steps` must be at least 1"),
        ({"steps": 2.5}, TypeError, "`steps` must be a whole number"),
        ({"chains": 0}, ValueError, "`chains` must be at least 1"),
        ({"seed": -1}, ValueError, "`seed` must be at least 0"),
        ({"proposal": "quantm"}, ValueError, "`proposal` must be one of.*Did you mean `quantum`"),
        ({"energy": spins(3)}, ValueError, "Add it up"),
        ({"energy": random_ising(11, 0)}, DeviceError, "at most 10 spins, but .* 11.*local"),
        (
            {"energy": random_ising(21, 0), "proposal": "uniform"},
            DeviceError,
            "at most 20 variables, but there are 21.*anneal:gibbs",
        ),
    ],
)
def test_what_cannot_be_is_refused(wrong, kind, message):
    arguments = {"energy": random_ising(3, seed=0)} | wrong
    with pytest.raises(kind, match=message):
        mcmc(arguments.pop("energy"), **arguments)


def test_the_public_names():
    assert isinstance(mcmc({(0, 1): 1.0}, steps=1), qaimagic.MarkovChain)


@pytest.mark.parametrize("scale", [1e-300, 1e148])
def test_the_unit_of_the_energy_does_not_matter(scale):
    s = spins(4)
    energy = sum(s[i] * s[i + 1] for i in range(3)) + 0.3 * s[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = mcmc(energy, proposal="local", steps=400)
        other = mcmc(scale * energy, proposal="local", temperature=scale, steps=400)
        assert repr(other)
    assert other.autocorrelation.time == pytest.approx(one.autocorrelation.time)
    assert other.autocorrelation.standard_error == pytest.approx(one.autocorrelation.standard_error)


def test_energies_whose_squares_overflow_are_refused():
    s = spins(3)
    with pytest.raises(ValueError, match=r"sizes add up to at most 1e\+150, but"):
        mcmc(1e300 * s[0] * s[1])


def test_what_is_not_known_is_not_said():
    s = spins(4)
    cold = mcmc(sum(s[i] * s[i + 1] for i in range(3)), temperature=1e-3, steps=20, chains=3)
    assert "NaN" not in repr(cold)
    constant = mcmc(np.zeros((2, 2)), steps=20)
    assert "exact distance" not in constant.plot().svg
    assert constant.plot().text == repr(constant)
