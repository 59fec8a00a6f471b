"""Quantum proposals against dense evolutions, and the statistics of chains that follow them."""

import functools
import itertools
import os
import signal
import threading
import time
import warnings

import dimod
import numpy as np
import pennylane as qml
import pytest
from scipy import stats
from scipy.linalg import expm

from qaimagic import anneal, spins
from qaimagic.devices import annealers
from qaimagic.devices.annealers import quantum_jumps
from qaimagic.devices.annealers.exact import terms_of
from qaimagic.devices.annealers.metropolis import walk
from qaimagic.devices.annealers.quantum_jumps import JumpTable, hamiltonian, jumps, settings
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.errors import DeviceError
from tests.devices.annealers.models import boltzmann, chi_square, random_ising

NAME = "anneal:quantum-mcmc"
X, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])


def energies_of(bqm):
    order = list(bqm.variables)
    return spectrum(terms_of(bqm, order), [bqm.vartype is dimod.SPIN] * len(order))


def on(places, n):
    """Kronecker product with matrices at some of n places."""
    return functools.reduce(np.kron, [places.get(i, np.eye(2)) for i in range(n)])


def published_hamiltonian(bqm, gamma):
    """Equations 2 and 3 of Layden et al., from fields and couplings."""
    n, order = len(bqm.variables), list(bqm.variables)
    place = {v: i for i, v in enumerate(order)}
    biases = [*bqm.linear.values(), *bqm.quadratic.values()]
    alpha = np.sqrt(n) / np.linalg.norm(biases)
    problem = sum(h * on({place[v]: Z}, n) for v, h in bqm.linear.items())
    problem = problem + sum(
        J * on({place[u]: Z, place[v]: Z}, n) for (u, v), J in bqm.quadratic.items()
    )
    return (1 - gamma) * alpha * problem + gamma * sum(on({i: X}, n) for i in range(n))


def test_jumps_are_the_mean_of_published_evolutions():
    bqm = random_ising(3, seed=0)
    expected = np.mean(
        [
            np.abs(expm(-1j * published_hamiltonian(bqm, gamma) * t)) ** 2
            for gamma, times in settings()
            for t in times
        ],
        axis=0,
    )
    assert jumps(energies_of(bqm)) == pytest.approx(expected, abs=1e-12)


def test_an_evolution_is_pennylanes(monkeypatch):
    monkeypatch.setattr(quantum_jumps, "settings", lambda: [(0.4, [3.0])])
    bqm = random_ising(3, seed=1)
    biases = np.array([*bqm.linear.values(), *bqm.quadratic.values()])
    place = {v: i for i, v in enumerate(bqm.variables)}
    alpha = np.sqrt(3) / np.linalg.norm(biases)
    words = [qml.Z(place[v]) for v in bqm.linear]
    words += [qml.Z(place[u]) @ qml.Z(place[v]) for u, v in bqm.quadratic]
    words += [qml.X(i) for i in range(3)]
    H = qml.dot([*(0.6 * alpha * biases), *[0.4] * 3], words)
    U = qml.matrix(qml.evolve(H, 3.0), wire_order=range(3))
    assert jumps(energies_of(bqm)) == pytest.approx(np.abs(U) ** 2, abs=1e-12)


@pytest.mark.parametrize("n", [1, 4, 7])
def test_a_jump_is_as_likely_as_the_one_back(n):
    Q = jumps(energies_of(random_ising(n, seed=n)))
    assert (Q == Q.T).all()
    assert Q.sum(axis=0) == pytest.approx(np.ones(2**n))
    assert (Q >= 0).all()


def test_strengths_and_times_lie_in_the_published_ranges():
    found = settings()
    assert all(0.25 < gamma < 0.6 for gamma, _ in found)
    times = [t for _, times in found for t in times]
    assert len(set(times)) == 32
    assert 2 < min(times) < 3
    assert 19 < max(times) < 20
    assert np.mean(times) == pytest.approx(11)


@pytest.mark.parametrize("scale", [1e-150, 3.0, 1e150])
def test_units_and_the_zero_of_the_energy_do_not_matter(scale):
    energies = energies_of(random_ising(4, seed=2))
    expected = jumps(energies)
    assert jumps(scale * energies) == pytest.approx(expected, abs=1e-9)
    assert jumps(energies + 100) == pytest.approx(expected, abs=1e-9)


def test_without_energies_each_spin_turns_by_itself():
    H = hamiltonian(np.full(4, 0.1), gamma=0.5)
    assert 0.5 * (on({0: X}, 2) + on({1: X}, 2)) == pytest.approx(H)


def test_draws_follow_the_table():
    rng = np.random.default_rng(3)
    rows = rng.dirichlet(np.ones(8), size=8)
    rows[:, 2] = 0
    rows /= rows.sum(axis=1, keepdims=True)
    table = JumpTable(rows)
    for state in (0, 7):
        found = np.bincount(table.draw(np.full(20_000, state), rng), minlength=8)
        assert found[2] == 0
        held = rows[state] > 0
        assert stats.chisquare(found[held], 20_000 * rows[state][held]).pvalue > 0.001


def test_the_last_draw_of_a_row_stays_in_it():
    class Highest:
        def random(self, size):
            return np.full(size, np.nextafter(1.0, 0.0))

    table = JumpTable(np.full((1024, 1024), 1 / 1024))
    numbers = np.arange(1024)
    assert (table.draw(numbers, Highest()) == 1023).all()


def test_metropolis_accepts_as_often_as_it_should():
    """Two levels: the chain's flow up is that of the rule."""
    energies, rng = np.array([0.0, 1.0]), np.random.default_rng(0)
    flips = walk(energies, 0.5, lambda states, _: 1 - states, 40_000, rng)
    (before, _), (after, accepted) = itertools.islice(flips, 2)
    ups = accepted[before == 0]
    assert accepted[before == 1].all()
    assert ups.mean() == pytest.approx(np.exp(-2), abs=4 * np.sqrt(0.12 / len(ups)))
    assert ((before != after) == accepted).all()


@pytest.mark.parametrize("vartype", ["SPIN", "BINARY"])
@pytest.mark.parametrize("temperature", [0.7, 2.0])
def test_samples_are_boltzmanns(vartype, temperature):
    bqm = random_ising(4, seed=3).change_vartype(vartype, inplace=False)
    device = annealers.get(NAME, temperature=temperature, sweeps=300)
    found = device.sample(bqm, num_reads=4000, seed=2)
    assert found.vartype is bqm.vartype
    assert bqm.energies(found) == pytest.approx(found.record.energy)
    # 15 degrees of freedom: above 2.3 with probability 0.003.
    assert chi_square(found, boltzmann(bqm, temperature)) < 2.3
    assert chi_square(found, boltzmann(bqm, 1.5 * temperature)) > 5


def test_a_sweep_is_one_proposal():
    bqm = random_ising(3, seed=4)
    energies = energies_of(bqm)
    one = annealers.get(NAME, sweeps=1).sample(bqm, num_reads=20_000, seed=0)
    steps = jumps(energies) * np.exp(-np.maximum(energies[None] - energies[:, None], 0))
    np.fill_diagonal(steps, 0)
    np.fill_diagonal(steps, 1 - steps.sum(axis=1))
    columns = [one.variables.index(v) for v in bqm.variables]
    numbers = (1 - one.record.sample[:, columns].astype(int)) // 2 @ [4, 2, 1]
    found = np.bincount(numbers, minlength=8)
    assert stats.chisquare(found, 20_000 * steps.mean(axis=0)).pvalue > 0.001


def test_cold_chains_find_the_ground_state():
    s = spins(6)
    ring = sum(s[i] * s[i - 1] for i in range(6))
    device = annealers.get(NAME, temperature=0.1, sweeps=200)
    answer = anneal(ring, device=device)
    assert answer.energy == answer.ground_energy == -6
    assert answer.found > 90


def test_free_spins_come_evenly_and_without_a_warning():
    free = dimod.BinaryQuadraticModel({"a": 0.0, "b": 0.0}, {"ab": 0.0}, 1.0, "SPIN")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = annealers.get(NAME, temperature=1e308).sample(free, num_reads=4000, seed=1)
        annealers.get(NAME, temperature=1e-308).sample(random_ising(3, seed=0), seed=1)
    assert chi_square(found, boltzmann(free, 1.0)) < 5


def test_too_many_spins_are_refused_before_anything_runs():
    with pytest.raises(DeviceError, match=r"at most 10 spins, but there are 11\. `anneal:gibbs`"):
        annealers.get(NAME).sample(random_ising(11, seed=0))


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ({"temperature": 0}, ValueError),
        ({"temperature": -1.0}, ValueError),
        ({"temperature": float("inf")}, ValueError),
        ({"temperature": float("nan")}, ValueError),
        ({"temperature": None}, TypeError),
        ({"sweeps": 0}, ValueError),
        ({"sweeps": 1.5}, TypeError),
    ],
)
def test_bad_settings_are_refused(setting, kind):
    with pytest.raises(kind, match=f"`{next(iter(setting))}` must be"):
        annealers.get(NAME, **setting)


def test_an_interrupt_gets_through():
    device = annealers.get(NAME, sweeps=10**9)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        device.sample(random_ising(4, seed=0), num_reads=10, seed=1)
    assert time.monotonic() - start < 5
