"""Boltzmann distributions with known answers; each test names its source."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qaimagic import sample_boltzmann, spins

H = {"d": 0, "b": 1, "a": 2, "c": 3}
J = {("a", "b"): 1, ("a", "c"): 2, ("a", "d"): 3, ("b", "c"): 6}


def machine():
    s = spins(list(H))
    return s, sum(h * s[k] for k, h in H.items()) + sum(j * s[u] * s[v] for (u, v), j in J.items())


def energy_of(result, state):
    rows = result.exact.energies.reshape((2,) * 4)
    return rows[tuple((1 - v) // 2 for v in state)]


# dwavesystems/dwave-pytorch-plugin, tests/test_boltzmann_machine.py (energies); the partition
# functions and means by enumeration.
KNOWN = {
    1.0: (12.242325628145874, [0.78256256, 0.78644209, -0.78645175, -0.78652188]),
    10.0: (3.0468098901588845, [0.04553934, 0.05348222, -0.15632466, -0.21558543]),
}


def test_the_energies_of_d_waves_machine():
    _, energy = machine()
    result = sample_boltzmann(energy, temperature=10)
    order = [list(result.samples.labels).index(f"s['{k}']") for k in "dbac"]
    assert order == [0, 1, 2, 3]
    states = [(1, 1, 1, 1), (-1, -1, -1, -1), (1, -1, 1, -1), (-1, 1, -1, 1)]
    assert [energy_of(result, state) for state in states] == [18, 6, 4, 8]
    assert result.samples.ground_energy == -12
    assert result.samples.best == dict(zip(result.samples.labels, [1, 1, -1, -1], strict=True))


@pytest.mark.parametrize("temperature", KNOWN)
def test_the_partition_function_and_means_of_d_waves_machine(temperature):
    s, energy = machine()
    log_z, means = KNOWN[temperature]
    result = sample_boltzmann(energy, temperature=temperature, reads=4000)
    assert result.log_partition == pytest.approx(log_z, abs=1e-9)
    assert list(result.exact_mean(s).values()) == pytest.approx(means, abs=1e-8)
    for key, mean in zip(H, means, strict=True):
        room = 4 * math.sqrt((1 - mean**2) / result.reads)
        assert abs(result.mean(s).value[key] - mean) <= room


@pytest.mark.parametrize(
    "device",
    ["anneal:gibbs", "anneal:simulated", "anneal:path-integral", "anneal:quantum-mcmc"],
)
def test_samplers_have_the_means_of_d_waves_machine(device):
    s, energy = machine()
    result = sample_boltzmann(energy, temperature=10, device=device, reads=2000)
    for key, mean in zip(H, KNOWN[10.0][1], strict=True):
        room = 4 * math.sqrt((1 - mean**2) / result.reads)
        assert abs(result.mean(s).value[key] - mean) <= room
    assert result.chi_square.p_value > 1e-3


def test_single_flips_are_caught_in_d_waves_machine_when_cold():
    """From (+, -, -, +) to the ground state it is 10 uphill: at T = 1 few of 1000 sweeps go."""
    _, energy = machine()
    result = sample_boltzmann(energy, device="anneal:gibbs", reads=500)
    assert result.chi_square.p_value < 1e-9
    assert result.effective_temperature.value > 1.2


def test_the_ring_of_ising_spins():
    """Transfer matrix, Z = l+^N + l-^N with N = 10, J = 1, h = 0.3 and beta = 0.7."""
    n, s = 10, spins(10)
    energy = -sum(s[i] * s[i - 1] for i in range(n)) - 0.3 * s.sum()
    result = sample_boltzmann(energy, temperature=1 / 0.7, reads=2000)
    assert result.log_partition == pytest.approx(9.980434077028784, abs=1e-9)
    expected = [
        (s.sum() / n, 0.6493123684892137),
        (sum(s[i] * s[i - 1] for i in range(n)) / n, 0.7232332357957841),
        (sum(s[i] * s[i - 5] for i in range(n)) / n, 0.46668500011935204),
    ]
    for expression, value in expected:
        assert result.exact_mean(expression) == pytest.approx(value, abs=1e-9)
        mean = result.mean(expression)
        assert abs(mean.value - value) < 4 * mean.standard_error
    assert result.exact_mean(s) == pytest.approx(np.full(n, 0.6493123684892137), abs=1e-9)
    assert abs(result.mean_energy.value - result.exact.mean_energy) < (
        4 * result.mean_energy.standard_error
    )
    fit = result.effective_temperature
    assert abs(fit.value - 1 / 0.7) < 4 * fit.standard_error
