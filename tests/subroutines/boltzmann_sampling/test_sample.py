"""``sample_boltzmann``: frequencies by chi-square, means and distances by hand, what it refuses."""

import dataclasses
import math
import subprocess
import sys

import dimod
import numpy as np
import pytest

from qaimagic import sample_boltzmann, spins
from qaimagic.devices import annealers
from qaimagic.devices.annealers.leap import LeapAnnealer
from qaimagic.distributions import kl_divergence, total_variation
from qaimagic.errors import BudgetError, DeviceError
from tests.subroutines.boltzmann_sampling.models import by_hand, glass, mixed

SAMPLERS = [
    "anneal:gibbs",
    "anneal:simulated",
    "anneal:path-integral",
    "anneal:quantum-mcmc",
    "anneal:exact",
]


def triangle():
    s = spins(3)
    return s, s[0] * s[1] - 0.5 * s[1] * s[2] + 0.8 * s[2] * s[0] + 0.3 * s[0]


def of_triangle(temperature):
    return by_hand(
        3,
        temperature,
        lambda v: v[0] * v[1] - 0.5 * v[1] * v[2] + 0.8 * v[2] * v[0] + 0.3 * v[0],
    )


@pytest.mark.parametrize("device", SAMPLERS)
@pytest.mark.parametrize("temperature", [0.8, 3.0])
def test_frequencies_follow_the_distribution(device, temperature):
    s, energy = triangle()
    result = sample_boltzmann(energy, temperature=temperature, device=device, reads=1000, seed=2)
    states, chances, total = of_triangle(temperature)
    assert result.exact.probabilities == pytest.approx(chances)
    assert result.log_partition == pytest.approx(math.log(total), abs=1e-12)
    assert result.chi_square.p_value > 1e-3
    assert result.total_variation < 3 * result.expected_total_variation
    products = [v[0] * v[1] for v in states]
    assert result.exact_mean(s[0] * s[1]) == pytest.approx(np.dot(chances, products))
    mean = result.mean(s[0] * s[1])
    assert abs(mean.value - np.dot(chances, products)) < 4 * mean.standard_error
    assert abs(result.effective_temperature.value - temperature) < (
        4 * result.effective_temperature.standard_error
    )


@pytest.mark.parametrize("device", SAMPLERS)
def test_spins_and_bits_together(device):
    s, x, energy = mixed()
    result = sample_boltzmann(energy, temperature=0.6, device=device, reads=1000)
    assert result.chi_square.p_value > 1e-3
    assert set(np.unique(result.samples.states[:, 0])) == {-1, 1}
    assert set(np.unique(result.samples.states[:, 1:])) == {0, 1}
    assert result.exact_mean(x[0] * s[0]) == pytest.approx(
        sum(
            p * (1 - 2 * state[0]) * state[1]
            for state, p in zip(
                np.ndindex(2, 2, 2), result.exact.probabilities.tolist(), strict=True
            )
        )
    )


def test_the_distances_are_those_of_the_bits_counted_anew():
    _, energy = glass(6)
    result = sample_boltzmann(energy, temperature=2.0, reads=500)
    assert result.bits.shape == (500, 6)
    p = result.exact.probabilities
    assert result.total_variation == pytest.approx(total_variation(result.bits, p))
    assert result.kl_divergence == pytest.approx(kl_divergence(result.bits, p))


def test_means_keep_the_shape_of_what_was_asked():
    s = spins((2, 2))
    result = sample_boltzmann(s.sum() ** 2 / 4, device="anneal:exact")
    found = result.mean(s)
    assert found.value.shape == found.standard_error.shape == result.exact_mean(s).shape == (2, 2)
    assert np.all(np.abs(found.value) < 4 * found.standard_error)
    named = spins(["a", "b"])
    result = sample_boltzmann(-named["a"] * named["b"] - named["a"])
    assert list(result.mean(named).value) == ["a", "b"]
    assert "'a': 0." in repr(result.mean(named))


def test_the_mean_and_its_error_are_those_of_the_rows():
    s, energy = triangle()
    result = sample_boltzmann(energy, reads=300)
    rows = np.repeat(result.samples.states, result.samples.counts, axis=0).astype(float)
    products = rows[:, 0] * rows[:, 2]
    found = result.mean(s[0] * s[2])
    assert found.value == pytest.approx(products.mean())
    assert found.standard_error == pytest.approx(products.std(ddof=1) / math.sqrt(300))
    energies = np.repeat(result.samples.energies, result.samples.counts)
    assert result.mean_energy.value == pytest.approx(energies.mean())


def test_variables_of_a_model_go_by_their_labels():
    model = dimod.BinaryQuadraticModel({"u": -1.0}, {("u", "v"): 2.0}, 0, "BINARY")
    result = sample_boltzmann(model, device="anneal:exact")
    weights = {(0, 0): 1, (0, 1): 1, (1, 0): math.e, (1, 1): math.exp(-1)}
    total = sum(weights.values())
    assert result.exact_mean("u") == pytest.approx((math.e + math.exp(-1)) / total)
    with pytest.raises(TypeError, match="or a variable's label, but it is 'w'"):
        result.mean("w")


def test_products_of_three_are_drawn_exactly_and_refused_elsewhere():
    s = spins(3)
    energy = s[0] * s[1] * s[2] - 0.5 * s[0]
    result = sample_boltzmann(energy, reads=2000)
    assert result.device == "anneal:exact"
    _, chances, _ = by_hand(3, 1.0, lambda v: v[0] * v[1] * v[2] - 0.5 * v[0])
    assert result.exact.probabilities == pytest.approx(chances)
    assert result.chi_square.p_value > 1e-3
    with pytest.raises(ValueError, match="products of two variables at most"):
        sample_boltzmann(energy, device="anneal:gibbs")


class Unknown:
    """A Gibbs sampler whose temperature of 2.5 it does not tell; it counts its calls."""

    parameters = ("num_reads", "seed")
    calls = 0

    def sample(self, bqm, **options):
        self.calls += 1
        return annealers.get("anneal:gibbs", temperature=2.5, sweeps=200).sample(bqm, **options)


@pytest.mark.parametrize("temperature", [0.7, 2.5, 9.0])
def test_a_temperature_that_is_not_known_is_found(temperature):
    _, energy = triangle()
    sampler = Unknown()
    result = sample_boltzmann(energy, temperature=temperature, device=sampler, reads=2000)
    fit = result.effective_temperature
    assert abs(fit.value - temperature) < 4 * fit.standard_error
    assert abs(result.scale * temperature / 2.5 - 1) < 4 * fit.standard_error / temperature
    assert result.rounds == sampler.calls <= 8
    assert result.device == "Unknown"


def test_samples_that_come_no_nearer_end_the_rounds():
    class Hot:
        parameters = ("num_reads", "seed")

        def sample(self, bqm, **options):
            bqm = dimod.BinaryQuadraticModel(dict.fromkeys(bqm.variables, 0.0), {}, 0, bqm.vartype)
            bqm.add_linear(next(iter(bqm.variables)), -0.2)
            return annealers.get("anneal:gibbs", sweeps=20).sample(bqm, **options)

    s = spins(2)
    result = sample_boltzmann(-s[0] - 0.1 * s[1], device=Hot())
    assert result.rounds < 8
    assert result.effective_temperature.value > 3


def test_a_sampler_at_another_temperature_gets_other_energies():
    _, energy = triangle()
    sampler = annealers.get("anneal:gibbs", temperature=4.0)
    result = sample_boltzmann(energy, temperature=0.8, device=sampler)
    assert result.scale == pytest.approx(5.0)
    assert result.chi_square.p_value > 1e-3


def test_beyond_enumeration_means_and_temperature_remain():
    s = spins(30)
    energy = -sum(s[i] * s[i - 1] for i in range(30))
    result = sample_boltzmann(energy, temperature=1.5, reads=2000)
    assert result.device == "anneal:gibbs"
    assert result.exact is result.total_variation is result.log_partition is None
    assert result.kl_divergence is result.chi_square is result.expected_total_variation is None
    t = math.tanh(1 / 1.5)
    bond, mean = (t + t**29) / (1 + t**30), result.mean(s[0] * s[1])
    assert abs(mean.value - bond) < 4 * mean.standard_error
    fit = result.effective_temperature
    assert abs(fit.value - 1.5) < 4 * fit.standard_error
    with pytest.raises(ValueError, match="at most 20 variables for an exact mean, but it has 30"):
        result.exact_mean(s[0])
    with pytest.raises(DeviceError, match="at most 24 variables"):
        sample_boltzmann(energy, device="anneal:exact")
    assert "exactly" not in repr(result)
    assert "probability" not in result.to_frame()


def test_what_it_says_and_shows():
    _, energy = triangle()
    result, again = (
        sample_boltzmann(energy, temperature=0.8, device="anneal:gibbs") for _ in range(2)
    )
    assert repr(result) == repr(again)
    assert repr(result).startswith("1,000 samples at T = 0.8 on anneal:gibbs: mean energy -")
    assert "where independent samples have" in repr(result)
    bundle = result._repr_mimebundle_()
    assert "exact Boltzmann, T = 0.8" in bundle["text/html"]
    assert bundle["text/plain"] == repr(result)
    frame = result.to_frame()
    assert frame["count"].sum() == result.reads == 1000
    assert frame["frequency"].sum() == pytest.approx(1)
    assert frame["probability"].sum() == pytest.approx(1)
    assert result.samples_per_second == pytest.approx(1000 / result.seconds)


def test_samples_that_do_not_follow_are_told_so():
    """A chain of strong couplings at a low temperature: one sweep does not reach it."""
    s = spins(6)
    energy = -sum(s[i] * s[i + 1] for i in range(5))
    slow = annealers.get("anneal:gibbs", temperature=0.3, sweeps=1)
    result = sample_boltzmann(energy, temperature=0.3, device=slow)
    assert result.chi_square.p_value < 1e-6
    assert result.total_variation > 5 * result.expected_total_variation
    assert result.effective_temperature.value > 0.5
    assert "They do not follow the distribution" in repr(result)


def test_where_all_states_have_one_energy_there_is_no_temperature():
    model = dimod.BinaryQuadraticModel({"a": 0.0, "b": 0.0}, {}, 1.0, "SPIN")
    result = sample_boltzmann(model)
    assert result.effective_temperature is None
    assert result.log_partition == pytest.approx(math.log(4) - 1)
    assert "temperature" not in repr(result)


BAD = {
    "zero": ({"temperature": 0}, ValueError, "`temperature` must be above 0"),
    "negative": ({"temperature": -1.0}, ValueError, "`temperature` must be above 0"),
    "infinite": ({"temperature": math.inf}, ValueError, "`temperature` must be finite"),
    "nan": ({"temperature": math.nan}, ValueError, "`temperature` must be finite"),
    "words": ({"temperature": "hot"}, TypeError, "`temperature` must be a number"),
    "no reads": ({"reads": 0}, ValueError, "`reads` must be at least 1"),
    "seed": ({"seed": -1}, ValueError, "`seed` must be at least 0"),
    "search": ({"device": "anneal:tabu"}, DeviceError, "follow no temperature"),
    "unknown": ({"device": "anneal:gips"}, DeviceError, "Did you mean `anneal:gibbs`"),
    "exact": ({"device": "exact"}, DeviceError, "Did you mean `anneal:exact`"),
    "no device": ({"device": 3}, TypeError, "be the name of an annealer"),
    "cold": ({"device": annealers.get("anneal:simulated")}, ValueError, "end at a temperature"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(name):
    options, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        sample_boltzmann(triangle()[1], **options)


def test_energies_and_expressions_that_are_refused():
    with pytest.raises(ValueError, match="depend on a spin or a bit"):
        sample_boltzmann(3.0)
    s, energy = triangle()
    result = sample_boltzmann(energy, reads=10)
    with pytest.raises(ValueError, match="the spin 0, on which the energy does not depend"):
        result.mean(spins(1)[0])
    with pytest.raises(TypeError, match="be spins, bits, or an energy of them, but it is 'a'"):
        result.mean("a")
    assert sample_boltzmann(energy, reads=1).mean(s[0]).standard_error == math.inf


def test_a_machine_is_paid_from_a_budget_alone():
    machine = LeapAnnealer(auto_scale=False)
    machine._is_paid = True
    with pytest.raises((BudgetError, DeviceError)):
        sample_boltzmann(triangle()[1], device=machine)
    with pytest.raises(ValueError, match="auto_scale=False"):
        sample_boltzmann(triangle()[1], device=LeapAnnealer())


def test_results_are_frozen_and_the_door_is_light():
    result = sample_boltzmann(triangle()[1], reads=10)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.reads = 3
    code = (
        "import sys; from qaimagic import sample_boltzmann, compare_samplers; "
        "print([m for m in ('torch', 'pennylane', 'numpy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
