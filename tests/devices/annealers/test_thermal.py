"""Temperatures of samples: closed forms, enumeration, and what the standard error promises."""

import itertools
import math

import dimod
import numpy as np
import pytest

from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.devices.annealers.thermal import Levels, Temperature, boltzmann, fitted

RNG = np.random.default_rng(5)


def random_model(n):
    pairs = {pair: RNG.normal() for pair in itertools.combinations(range(n), 2)}
    return {(i,): RNG.normal() for i in range(n)} | pairs


def two_spins(T, J=0.7):
    """Closed form: two states of energy J, two of -J."""
    aligned = math.exp(-J / T)
    return np.array([1 / aligned, aligned]) / (aligned + 1 / aligned)


def test_all_states_between_the_coldest_and_the_hottest():
    energies = np.array([1e10, 0.0, 1e10, 0.0])
    assert boltzmann(energies, 1e-308).tolist() == [0.0, 0.5, 0.0, 0.5]
    assert boltzmann(energies, 1e308).tolist() == [0.25] * 4
    expected = two_spins(0.7) / 2
    found = boltzmann(spectrum({(0, 1): 0.7}, [True, True]), 0.7)
    assert found == pytest.approx(expected[[1, 0, 0, 1]])


@pytest.mark.parametrize("T", [0.1, 0.5, 1.0, 7.0])
def test_two_spins(T):
    levels = Levels.of(spectrum({(0, 1): 0.7}, [True, True]))
    assert levels.energies.tolist() == [-0.7, 0.7]
    assert levels.degeneracies.tolist() == [2, 2]
    assert levels.shares(T) == pytest.approx(two_spins(T), abs=1e-14)


def test_a_frustrated_triangle():
    levels = Levels.of(spectrum({(0, 1): 1.0, (1, 2): 1.0, (0, 2): 1.0}, [True] * 3))
    assert levels.energies.tolist() == [-1, 3]
    assert levels.degeneracies.tolist() == [6, 2]
    T = 1.3
    ground = 6 * math.exp(1 / T) / (6 * math.exp(1 / T) + 2 * math.exp(-3 / T))
    assert levels.shares(T)[0] == pytest.approx(ground, abs=1e-14)
    assert levels.shares(0.0).tolist() == [1, 0]
    assert levels.shares(math.inf) == pytest.approx([0.75, 0.25])


def test_two_levels_have_their_temperature_in_closed_form():
    levels, counts = Levels.of(np.array([0.0, 2.0])), np.array([900, 100])
    T = 2 / math.log(9)
    found = fitted(levels, levels.energies, counts)
    assert found.value == pytest.approx(T, rel=1e-10)
    # sigma of a logarithm of odds, carried over to T = 2 / log odds
    assert found.standard_error == pytest.approx(T**2 / 2 / math.sqrt(1000 * 0.09), rel=1e-10)


def test_all_states_against_dimod():
    terms = random_model(7)
    model = dimod.BinaryQuadraticModel("SPIN")
    for term, value in terms.items():
        model.add_linear(term[0], value) if len(term) == 1 else model.add_quadratic(*term, value)
    energies = dimod.ExactSolver().sample(model).record.energy
    weights = np.exp(-energies / 1.7)
    levels = Levels.of(spectrum(terms, [True] * 7))
    mean = float((weights @ energies) / weights.sum())
    assert levels.shares(1.7) @ levels.energies == pytest.approx(mean, rel=1e-12)


def test_the_likelihood_is_largest_at_the_temperature():
    levels = Levels.of(spectrum(random_model(6), [True] * 6))
    counts = RNG.multinomial(500, levels.shares(2.0))
    found = fitted(levels, levels.energies, counts)

    def log_likelihood(T):
        return float(counts @ np.log(levels.shares(T)))

    best = log_likelihood(found.value)
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert log_likelihood(factor * found.value) < best


def test_the_standard_error_is_the_spread_over_many_experiments():
    levels = Levels.of(spectrum(random_model(5), [True] * 5))
    draws = RNG.multinomial(400, levels.shares(1.5), size=300)
    fits = [fitted(levels, levels.energies, counts) for counts in draws]
    values = np.array([fit.value for fit in fits])
    errors = np.array([fit.standard_error for fit in fits])
    # the spread of 300 values is known to 1/sqrt(600), 4%
    assert values.std() == pytest.approx(errors.mean(), rel=0.15)
    assert abs(values.mean() - 1.5) < 4 * errors.mean() / math.sqrt(300) + 0.01


def test_ground_states_alone_bound_the_temperature():
    levels = Levels.of(np.array([0.0, 1.0]))
    found = fitted(levels, np.array([0.0]), np.array([100]))
    assert (found.value, found.standard_error) == (0.0, 0.0)
    assert levels.shares(found.at_most)[0] ** 100 == pytest.approx(0.05, rel=1e-9)
    assert fitted(levels, np.array([0.0]), np.array([1])).at_most == math.inf


def test_samples_as_high_as_chance_have_no_finite_temperature():
    levels = Levels.of(np.array([0.0, 1.0, 2.0]))
    for counts in ([1, 1, 1], [0, 1, 9]):
        assert fitted(levels, levels.energies, np.array(counts)).value == math.inf


def test_one_energy_has_no_temperature():
    assert fitted(Levels.of(np.zeros(4)), np.zeros(1), np.array([3])) is None


@pytest.mark.parametrize("unit", [1e-24, 1e-6, 1.0, 1e9])
def test_temperatures_scale_with_the_energy_and_ignore_its_zero(unit):
    energies, counts = np.array([0.0, 1.0, 5.0]), np.array([70, 25, 5])
    plain = fitted(Levels.of(energies), energies, counts)
    moved = unit * (energies + 3)
    scaled = fitted(Levels.of(moved), moved, counts)
    assert scaled.value == pytest.approx(unit * plain.value, rel=1e-6)
    assert scaled.standard_error == pytest.approx(unit * plain.standard_error, rel=1e-6)


@pytest.mark.parametrize(
    ("temperature", "words"),
    [
        (Temperature(1.00412, 0.0302), "1.004 ± 0.030"),
        (Temperature(109.3, 26.2), "109 ± 26"),
        (Temperature(2.5e-9, 1e-10), "2.5e-09 ± 1e-10"),
        (Temperature(3.0, math.inf), "3 ± ∞"),
        (Temperature(math.inf), "∞"),
        (Temperature(0.0, at_most=0.287), "below 0.29 (95% confidence)"),
        (Temperature(0.0, at_most=math.inf), "below ∞ (95% confidence)"),
    ],
)
def test_temperatures_are_told_to_their_errors_digits(temperature, words):
    assert str(temperature) == words


def test_single_states_share_their_levels_probability():
    levels = Levels.of(spectrum({(0, 1): 1.0, (1, 2): 1.0, (0, 2): 1.0}, [True] * 3))
    chances = levels.chance(np.array([-1.0, 3.0, -1.0]), 1.3)
    assert chances == pytest.approx(levels.shares(1.3)[[0, 1, 0]] / [6, 2, 6])
