"""Annealers on this machine: exact statistics, known optima, and what they refuse."""

import itertools
import os
import signal
import threading
import time
import warnings

import dimod
import numpy as np
import pytest
from scipy.linalg import expm

from qaimagic.devices import annealers
from qaimagic.errors import DeviceError
from tests.devices.annealers.models import boltzmann, chi_square, random_ising

LOCAL = [name for name in annealers.names() if name.startswith("anneal:")]
ANNEALING = [name for name in LOCAL if name != "anneal:gibbs"]


def maxcut(edges):
    return dimod.BinaryQuadraticModel({}, dict.fromkeys(edges, 1.0), 0.0, "SPIN")


MODELS = {
    "ring of five": (maxcut([(i, (i + 1) % 5) for i in range(5)]), -3.0),
    "complete on four": (maxcut(itertools.combinations(range(4), 2)), -2.0),
    "Petersen": (
        maxcut(
            [(i, (i + 1) % 5) for i in range(5)]
            + [(i, i + 5) for i in range(5)]
            + [(5 + i, 5 + (i + 2) % 5) for i in range(5)]
        ),
        -9.0,
    ),
    "two parts": (maxcut([(0, 1), (2, 3), (3, 4), (2, 4)]), -2.0),
    "bits": (dimod.BinaryQuadraticModel({"a": -1, "b": -1}, {"ab": 3}, 0.5, "BINARY"), -0.5),
    "one spin": (dimod.BinaryQuadraticModel({"a": 2.0}, {}, 0.0, "SPIN"), -2.0),
}


@pytest.mark.parametrize("name", ANNEALING)
@pytest.mark.parametrize("model", MODELS)
def test_the_known_optimum_is_found(name, model):
    bqm, optimum = MODELS[model]
    found = annealers.get(name).sample(bqm, num_reads=20, seed=1)
    assert found.first.energy == pytest.approx(optimum)
    assert found.vartype is bqm.vartype
    assert bqm.energies(found) == pytest.approx(found.record.energy)


@pytest.mark.parametrize("name", LOCAL)
def test_a_seed_decides_the_samples(name):
    bqm = random_ising(8, seed=0)
    first, again = (annealers.get(name).sample(bqm, num_reads=30, seed=5) for _ in range(2))
    assert (first.record.sample == again.record.sample).all()
    if name in ("anneal:simulated", "anneal:path-integral", "anneal:gibbs"):
        other = annealers.get(name, temperature=2.0).sample(bqm, num_reads=30, seed=6)
        assert (first.record.sample != other.record.sample).any()


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("anneal:gibbs", 0.3),
        ("anneal:gibbs", 1.0),
        ("anneal:simulated", 0.3),
        ("anneal:path-integral", 0.3),
    ],
)
@pytest.mark.parametrize("temperature", [0.7, 2.0])
def test_samples_at_a_temperature_are_boltzmanns(name, scale, temperature):
    bqm = random_ising(4, seed=3, scale=scale)
    device = annealers.get(name, temperature=temperature)
    found = device.sample(bqm, num_reads=4000, seed=2)
    # 15 degrees of freedom: above 2.3 with probability 0.003.
    assert chi_square(found, boltzmann(bqm, temperature)) < 2.3


def test_the_comparison_notices_a_wrong_temperature():
    bqm = random_ising(4, seed=3)
    found = annealers.get("anneal:gibbs", temperature=1.3).sample(bqm, num_reads=4000, seed=2)
    assert chi_square(found, boltzmann(bqm, 1.0)) > 5


def test_bits_have_the_same_statistics_as_spins():
    bqm = random_ising(4, seed=4).change_vartype("BINARY", inplace=False)
    found = annealers.get("anneal:gibbs").sample(bqm, num_reads=4000, seed=1)
    assert chi_square(found, boltzmann(bqm, 1.0)) < 2.3


@pytest.mark.parametrize(("scale", "temperature"), [(1.0, 1.0), (1.0, 2.5), (2.0, 0.8)])
def test_a_transverse_field_that_stays_is_in_the_samples(scale, temperature):
    """Against the diagonal of a dense exponential, with the temperature in it."""
    bqm, field, n = random_ising(3, seed=1, scale=scale), 2.0, 3
    order = sorted(bqm.variables)
    states = list(itertools.product((1, -1), repeat=n))
    H = np.diag([bqm.energy(dict(zip(order, s, strict=True))) for s in states])
    for i in range(n):
        flip = np.kron(np.kron(np.eye(2**i), [[0, 1], [1, 0]]), np.eye(2 ** (n - 1 - i)))
        H = H - field * flip
    weights = np.diag(expm(-H / temperature))
    expected = dict(zip(states, weights / weights.sum(), strict=True))
    device = annealers.get(
        "anneal:path-integral", temperature=temperature, sweeps=100, transverse_field=field
    )
    found = device.sample(bqm, num_reads=4000, seed=1)
    assert chi_square(found, expected) < 2.9
    assert chi_square(found, boltzmann(bqm, temperature)) > 5


def test_a_transverse_field_needs_a_temperature_and_is_not_negative():
    with pytest.raises(ValueError, match="`temperature` must be given with a `transverse_field`"):
        annealers.get("anneal:path-integral", transverse_field=1.0)
    with pytest.raises(ValueError, match="`transverse_field` must be at least 0"):
        annealers.get("anneal:path-integral", temperature=1.0, transverse_field=-1.0)


def test_models_without_biases_are_sampled_evenly_and_without_a_warning():
    free = dimod.BinaryQuadraticModel({"a": 0.0, "b": 0.0}, {"ab": 0.0}, 1.0, "SPIN")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in LOCAL:
            found = annealers.get(name).sample(free, num_reads=200, seed=1)
            assert (found.record.energy == 1.0).all()
    assert abs(annealers.get("anneal:gibbs").sample(free, num_reads=2000, seed=1)
               .record.sample.mean()) < 0.1  # fmt: skip


def test_enumeration_returns_the_lowest_states_in_order():
    bqm = random_ising(6, seed=2)
    ours = annealers.get("anneal:exact").sample(bqm, num_reads=10)
    theirs = dimod.ExactSolver().sample(bqm).aggregate()
    assert ours.record.energy == pytest.approx(np.sort(theirs.record.energy)[:10])
    assert len(annealers.get("anneal:exact").sample(bqm, num_reads=1000)) == 64


def test_too_many_variables_for_enumeration():
    with pytest.raises(DeviceError, match="at most 24 variables, but there are 25"):
        annealers.get("anneal:exact").sample(random_ising(25, seed=0))


@pytest.mark.parametrize("name", LOCAL)
def test_what_cannot_be_sampled_is_refused(name):
    device = annealers.get(name)
    with pytest.raises(ValueError, match="at least one variable"):
        device.sample(dimod.BinaryQuadraticModel("SPIN"))
    for bias in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite biases"):
            device.sample(dimod.BinaryQuadraticModel({"a": bias}, {}, 0.0, "SPIN"))
    bqm = MODELS["bits"][0]
    with pytest.raises(ValueError, match="`num_reads` must be at least 1"):
        device.sample(bqm, num_reads=0)
    with pytest.raises(TypeError, match="`seed` must be a whole number"):
        device.sample(bqm, seed=1.5)
    with pytest.raises(ValueError, match="`seed` must be at least 0"):
        device.sample(bqm, seed=-1)
    device.sample(bqm, seed=2**40)


@pytest.mark.parametrize("temperature", [0, -1, float("nan")])
def test_temperatures_are_positive(temperature):
    with pytest.raises(ValueError, match="`temperature` must be"):
        annealers.get("anneal:gibbs", temperature=temperature)


@pytest.mark.parametrize("name", ANNEALING[:3])
def test_an_interrupt_stops_a_long_sampling_soon(name):
    bqm = random_ising(100, seed=0)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        annealers.get(name).sample(bqm, num_reads=10_000, seed=1)
    assert time.monotonic() - start < 5


def test_many_reads_in_several_runs_are_different_and_all_there():
    bqm = random_ising(40, seed=0)
    found = annealers.get("anneal:gibbs", temperature=5.0).sample(bqm, num_reads=100, seed=1)
    assert len(found) == 100
    assert len(found.aggregate()) > 95
