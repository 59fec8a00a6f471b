"""Weights that went astray: training stops in good order, and nothing is drawn from them."""

import networkx as nx
import pytest
import torch

import qaimagic
from tests.layers.machines import PATTERNS

MACHINES = {
    "chains": lambda: qaimagic.BoltzmannMachine(4, 3),
    "exact": lambda: qaimagic.BoltzmannMachine(4, 3, device="anneal:exact"),
    "quantum": lambda: qaimagic.QuantumBoltzmannMachine(4, graph=nx.complete_graph(4)),
    "born": lambda: qaimagic.BornMachine(4),
}


@pytest.mark.parametrize("kind", MACHINES)
def test_a_machine_without_numbers_stops_its_training_and_draws_nothing(kind):
    machine = MACHINES[kind]()
    with torch.no_grad():
        next(machine.parameters()).view(-1)[0] = torch.nan
    run = qaimagic.train(machine, PATTERNS, val=0, steps=3, live=False)
    assert run.stop_reason == "not_finite"
    with pytest.raises(ValueError, match=r"must have finite weights, but `.*` holds NaN"):
        machine.sample(3)
