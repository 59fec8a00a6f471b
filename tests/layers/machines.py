"""Boltzmann machines of all kinds, and all their states by a loop over the edges."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import torch

from qaimagic import BoltzmannMachine
from qaimagic.distributions import bars_and_stripes

PATTERNS = torch.tensor(bars_and_stripes(2), dtype=torch.float32)
GRAPHS = {
    "restricted": lambda: (3, 2, None),
    "wide": lambda: (2, 4, None),
    "ring of visible units": lambda: (5, 0, nx.cycle_graph(5)),
    "all to all": lambda: (3, 2, nx.complete_graph(5)),
    "two hidden layers": lambda: (
        3, 4, nx.Graph([(0, 3), (0, 4), (1, 3), (1, 4), (2, 4), (3, 5), (4, 5), (4, 6)])
    ),
}  # fmt: skip


def make(kind: str, **options) -> BoltzmannMachine:
    n_visible, n_hidden, graph = GRAPHS[kind]()
    if graph is not None:
        ordered = nx.Graph()
        ordered.add_nodes_from(range(n_visible + n_hidden))
        ordered.add_edges_from(graph.edges)
        graph = ordered
    machine = BoltzmannMachine(n_visible, n_hidden, graph=graph, **options).double()
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in machine.parameters():
            parameter.normal_()
    return machine


def dense(machine: BoltzmannMachine) -> tuple[np.ndarray, np.ndarray]:
    """All states and their probabilities, from the parameters by a loop over the edges."""
    n = len(machine.units)
    states = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
    bias = np.concatenate([machine.visible_bias.detach(), machine.hidden_bias.detach()])
    weights = machine.weight.detach().reshape(-1).numpy()
    energies = -states @ bias
    for (u, v), weight in zip(machine.units.edges, weights, strict=True):
        energies -= weight * states[:, u] * states[:, v]
    assert machine.energy(torch.tensor(states)).detach().numpy() == pytest.approx(energies)
    return states, np.exp(-energies) / np.exp(-energies).sum()


def visible_probabilities(machine: BoltzmannMachine) -> tuple[np.ndarray, np.ndarray]:
    states, probabilities = dense(machine)
    patterns, where = np.unique(states[:, : machine.units.n_visible], axis=0, return_inverse=True)
    return patterns, np.bincount(where.reshape(-1), weights=probabilities)
