"""Boltzmann machines on annealers: the temperature of their samples, known or not."""

from __future__ import annotations

import math

import dimod
import numpy as np
import pytest
import torch
from dwave.system.testing import MockDWaveSampler

from qaimagic import BoltzmannMachine, train
from qaimagic.devices import annealers
from qaimagic.devices.annealers.leap import LeapAnnealer
from qaimagic.layers.boltzmann.estimate import Estimate
from tests.layers.machines import PATTERNS, dense, make


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_of_samples_is_found(temperature):
    machine = make("all to all")
    for parameter in machine.parameters():
        parameter.data *= 0.7
    states, probabilities = dense(machine)
    weights = probabilities ** (1 / temperature)
    drawn = np.random.default_rng(0).choice(len(states), 4000, p=weights / weights.sum())
    found = machine.effective_temperature(states[drawn])
    assert abs(found.value - temperature) < 4 * found.standard_error
    assert found.standard_error < 0.1 * temperature


def test_the_coldest_and_the_hottest_samples():
    machine = BoltzmannMachine(2, 1)
    for parameter in machine.parameters():
        parameter.data.fill_(1.0)
    assert machine.effective_temperature([[1, 1, 1]]) == Estimate(0.0)
    assert math.isinf(machine.effective_temperature([[0, 0, 0]]).value)


def test_an_annealer_of_unknown_temperature_is_followed():
    """A sampler at temperature 2.5 that does not say so is as good, after a few steps."""

    class Secret(dimod.Sampler):
        properties, parameters = {}, {"num_reads": [], "seed": []}

        def sample(self, bqm, **options):
            return annealers.get("anneal:gibbs", temperature=2.5, sweeps=50).sample(bqm, **options)

    machine = make("restricted", device=Secret(), chains=1000)
    for _ in range(10):
        machine.training_loss(torch.zeros(4, 3))
    assert machine.annealer.thermostat.scale == pytest.approx(2.5, rel=0.15)
    assert machine.annealer.temperature == pytest.approx(1.0, abs=0.15)


def test_a_training_on_a_graph_of_qubits_pays_for_one_layout():
    class Warm(dimod.Sampler):
        properties, parameters = {}, {"num_reads": []}

        def sample(self, bqm, num_reads=1, **_):
            device = annealers.get("anneal:gibbs", temperature=0.4, sweeps=200)
            return device.sample(bqm, num_reads=num_reads, seed=1)

    machine_room = MockDWaveSampler(
        topology_type="pegasus",
        topology_shape=[2],
        parameter_warnings=False,
        substitute_sampler=Warm(),
    )
    device = LeapAnnealer(machine=machine_room, auto_scale=False)
    torch.manual_seed(0)
    machine = BoltzmannMachine(4, 3, device=device, chains=100)
    X = PATTERNS
    train(machine, X, val=0, lr=0.1, batch_size=6, steps=20, live=False)
    assert device.embeddings_found == 1
    assert 0.1 < machine.annealer.thermostat.scale < 1
    assert 0 <= machine.annealer.chain_breaks < 0.5


def test_a_machine_of_d_waves_is_not_asked_to_scale():
    with pytest.raises(ValueError, match=r"must leave energies as they are"):
        BoltzmannMachine(3, 2, device="dwave:leap")
    with pytest.raises(ValueError, match=r"must leave energies as they are"):
        BoltzmannMachine(3, 2, device=annealers.get("dwave:leap"))
    machine = BoltzmannMachine(3, 2, device=annealers.get("dwave:leap", auto_scale=False))
    assert not machine.annealer.thermostat.is_known
