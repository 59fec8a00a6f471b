"""``compare_samplers``: mixing beside the exact law of a sweep, verdicts, and what it refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest

from qaimagic import compare_samplers, spins
from qaimagic.errors import DeviceError
from qaimagic.subroutines.boltzmann_sampling.comparison import Ratio
from qaimagic.subroutines.distributions.noise import expected_total_variation
from tests.subroutines.boltzmann_sampling.models import glass


@pytest.fixture(scope="module")
def comparison():
    return compare_samplers(glass(6)[1], temperature=0.7, sweeps=(1, 4, 16, 128), reads=500)


def test_free_spins_are_drawn_in_one_sweep_and_a_chain_is_not():
    """Without couplings a Gibbs update forgets the start; with strong ones it does not."""
    s = spins(4)
    options = {"devices": ["anneal:gibbs"], "sweeps": [1, 2, 64]}
    free = compare_samplers(s.sum(), temperature=0.7, **options)
    assert free["anneal:gibbs"].sweeps_needed == 1
    chain = compare_samplers(-sum(s[i] * s[i + 1] for i in range(3)), temperature=0.5, **options)
    assert chain["anneal:gibbs"].sweeps_needed == 64


def test_one_sweep_over_two_spins_has_a_closed_form():
    """From a random start the first spin meets a random second one: the pair is too hot by half.

    Spin 1 then sees spin 0, so that a pair is equal with the chance of equilibrium. With a field on
    the first spin, the first update is wrong by what the second spin's bias would have added.
    """
    s, beta = spins(2), 1.0
    energy = -1.5 * s[0] * s[1] - 1.0 * s[1]
    result = compare_samplers(energy, devices=["anneal:gibbs"], sweeps=[1], reads=20_000)
    up = 1 / 2
    one = {}
    for first in (1, -1):
        for second in (1, -1):
            follows = 1 / (1 + math.exp(-2 * beta * second * (1.5 * first + 1.0)))
            one[first, second] = up * follows
    weights = {v: math.exp(beta * (1.5 * v[0] * v[1] + v[1])) for v in one}
    total = sum(weights.values())
    distance = 0.5 * sum(abs(one[v] - weights[v] / total) for v in one)
    assert result["anneal:gibbs"].distances[0] == pytest.approx(distance, abs=0.02)
    assert result["anneal:gibbs"].sweeps_needed is None


def test_more_sweeps_come_nearer_down_to_the_noise(comparison):
    assert [each.device for each in comparison.mixings] == [
        "anneal:gibbs",
        "anneal:simulated",
        "anneal:path-integral",
        "anneal:quantum-mcmc",
    ]
    expected = expected_total_variation(comparison.exact.probabilities, 500)
    assert comparison.noise.mean == pytest.approx(expected)
    for mixing in comparison.mixings:
        assert mixing.distances[0] > 2 * comparison.noise.most
        assert mixing.distances[-1] < comparison.noise.most
        assert mixing.is_within
        fit = mixing.temperatures[-1]
        assert abs(fit.value - 0.7) < 4 * fit.standard_error
        assert (np.diff(mixing.seconds) >= 0).all()
        assert mixing.seconds_needed == mixing.seconds[mixing.place]


def test_within_the_noise_means_there_and_with_more_sweeps(comparison):
    for mixing in comparison.mixings:
        good = (mixing.distances <= comparison.noise.most) & (np.abs(mixing.deviations) <= 3)
        assert good[mixing.place :].all()
        assert not good[mixing.place - 1]


def test_times_gibbs_is_a_ratio_or_a_bound(comparison):
    gibbs = comparison["anneal:gibbs"]
    other = comparison["anneal:path-integral"]
    ratio = gibbs.seconds_needed / other.seconds_needed
    assert comparison.times_gibbs("anneal:path-integral") == Ratio(ratio)
    assert comparison.times_gibbs("anneal:gibbs") == Ratio(1.0)
    own = comparison.times_gibbs("anneal:exact")
    assert own == Ratio(gibbs.seconds_needed / comparison.exact_seconds)
    assert repr(Ratio(61.4)) == "61"
    assert repr(Ratio(0.00123, "at most")) == "at most 0.0012"
    slow = replace(gibbs, place=None)
    few = replace(other, place=None)
    bound = replace(comparison, mixings=(slow, other)).times_gibbs(other.device)
    assert bound == Ratio(float(slow.seconds[-1]) / other.seconds_needed, "at least")
    bound = replace(comparison, mixings=(gibbs, few)).times_gibbs(other.device)
    assert bound == Ratio(gibbs.seconds_needed / float(few.seconds[-1]), "at most")
    assert replace(comparison, mixings=(slow, few)).times_gibbs(other.device) is None
    assert replace(comparison, mixings=(other,)).times_gibbs(other.device) is None


def test_what_it_says_and_shows(comparison):
    told = repr(comparison)
    assert told.startswith("500 independent samples at T = 0.7 are 0.")
    assert "anneal:gibbs after " in told
    assert "per second" not in told
    assert comparison.verdict.startswith(told)
    assert "times Gibbs)" in comparison.verdict
    bundle = comparison._repr_mimebundle_()
    assert bundle["text/plain"] == told
    assert "sweeps before a sample, log scale" in bundle["text/html"]
    assert "seconds per sample, log scale" in bundle["text/html"]
    frame = comparison.to_frame()
    assert len(frame) == 16
    assert frame["seconds_per_sample"].iloc[0] == comparison["anneal:gibbs"].seconds[0]
    never = replace(comparison, mixings=(replace(comparison.mixings[0], place=None),))
    assert "anneal:gibbs not after 128" in repr(never)
    assert "anneal:gibbs fewer than" in never.verdict
    assert "over 128" in never.plot().html()


def test_quantum_proposals_of_many_variables_have_to_be_asked_for():
    result = compare_samplers(glass(9)[1], sweeps=[1], reads=50)
    assert [each.device for each in result.mixings][-1] == "anneal:path-integral"


def test_too_few_samples_of_too_many_states_are_remarked():
    s = spins(10)
    result = compare_samplers(
        0.1 * s.sum() + 0.1 * s[0] * s[1], devices=["anneal:gibbs"], sweeps=[1], reads=100
    )
    assert "tell little" in repr(result)


def test_the_same_seed_gives_the_same_distances():
    options = {"devices": ["anneal:simulated"], "sweeps": [2, 8], "reads": 100}
    first, second = (compare_samplers(glass(4)[1], **options) for _ in range(2))
    assert np.array_equal(first.mixings[0].distances, second.mixings[0].distances)
    other = compare_samplers(glass(4)[1], seed=1, **options)
    assert not np.array_equal(first.mixings[0].distances, other.mixings[0].distances)


BAD = {
    "cold": ({"temperature": 0.0}, ValueError, "`temperature` must be above 0"),
    "search": ({"devices": ["anneal:tabu"]}, DeviceError, "follow no temperature"),
    "unknown": ({"devices": ["anneal:gips"]}, DeviceError, "Did you mean `anneal:gibbs`"),
    "exact": ({"devices": ["anneal:exact"]}, DeviceError, "returns the lowest states"),
    "machine": ({"devices": ["dwave:leap"]}, ValueError, "`dwave:leap` has none"),
    "nothing": ({"sweeps": None}, TypeError, "`sweeps` must be a list, but it is None"),
    "one name": ({"devices": "anneal:gibbs"}, TypeError, r"`\['anneal:gibbs'\]`"),
    "none": ({"devices": []}, ValueError, "hold at least one"),
    "no name": ({"devices": [3]}, TypeError, "hold names of annealers"),
    "no sweeps": ({"sweeps": [0]}, ValueError, "`sweeps` must be at least 1"),
    "half": ({"sweeps": [1.5]}, TypeError, "`sweeps` must be a whole number"),
    "one number": ({"sweeps": 8}, TypeError, "must be a list"),
    "reads": ({"reads": 1}, ValueError, "`reads` must be at least 2"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(name):
    options, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        compare_samplers(glass(4)[1], **options)


def test_energies_that_are_refused():
    s = spins(21)
    with pytest.raises(ValueError, match=r"at most 20 variables.*but it has 21"):
        compare_samplers(s.sum())
    with pytest.raises(ValueError, match="products of two variables"):
        compare_samplers(s[0] * s[1] * s[2])
    with pytest.raises(ValueError, match="`device` must be one of"):
        compare_samplers(s[0], devices=["anneal:gibbs"], sweeps=[1])["gibbs"]
