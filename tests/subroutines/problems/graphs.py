"""Small random graphs, and all states of a problem with their energies."""

from __future__ import annotations

import networkx as nx
import numpy as np

from qaimagic.devices.annealers.spectrum import spectrum, states
from qaimagic.subroutines.energies.problem import Problem


def random_graph(seed: int, *, weighted: bool = False, negative: bool = False) -> nx.Graph:
    """A graph of three to seven nodes, often with nodes that have no edge."""
    rng = np.random.default_rng(seed)
    graph = nx.gnp_random_graph(int(rng.integers(3, 8)), float(rng.uniform(0.1, 0.9)), seed=seed)
    if weighted:
        for u, v in graph.edges:
            graph[u][v]["weight"] = float(rng.uniform(-2.0 if negative else 0.0, 3.0))
    return graph


def relabelled(graph: nx.Graph, seed: int) -> nx.Graph:
    """The same graph with other names, and its nodes and edges in another order."""
    rng = np.random.default_rng(seed)
    names = dict(zip(graph, [f"n{i}" for i in rng.permutation(len(graph))], strict=True))
    other = nx.Graph()
    other.add_nodes_from(names[node] for node in rng.permutation(list(graph)).tolist())
    edges = list(graph.edges(data=True))
    for i in rng.permutation(len(edges)):
        u, v, data = edges[i]
        other.add_edge(names[v], names[u], **data)
    return other


def everything(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """All states, shape (2^n, n), and their energies."""
    energies = spectrum(problem.terms, problem.spins)
    return states(np.arange(len(energies)), problem.spins), energies
