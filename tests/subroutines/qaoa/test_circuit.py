"""The circuit against dense matrices, mixer by mixer."""

import networkx as nx
import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings

from qaimagic import bits, qaoa, spins
from qaimagic.subroutines.energies.problem import read
from qaimagic.subroutines.energies.words import words_of
from qaimagic.subroutines.qaoa.circuit import Ansatz
from tests.subroutines.energies import polynomials
from tests.subroutines.qaoa.dense import (
    X,
    Y,
    Z,
    all_states,
    colouring,
    energies,
    evolved,
    independent_set,
    on,
)

GAMMAS, BETAS = [0.31, -0.72], [-0.43, 0.85]


class Still:
    """A mixer that does nothing."""

    name = "still"

    def start(self):
        pass

    def mix(self, beta):
        pass

    def reached(self):
        return None


def state_of(problem, **options):
    """Return the probabilities of the final state, and its mean energy, by the engine."""
    answer = qaoa(problem, 2, initial=(GAMMAS, BETAS), steps=0, **options)
    return answer.probabilities, answer.expectation


def compare(problem, start, generators, **options):
    energy = energies(read(problem))
    state = evolved(start, energy, generators, GAMMAS, BETAS)
    chances, mean = state_of(problem, **options)
    np.testing.assert_allclose(chances, abs(state) ** 2, atol=1e-12)
    assert mean == pytest.approx(abs(state) ** 2 @ energy, abs=1e-10)


@settings(deadline=None, max_examples=25)
@given(polynomials.energies())
def test_an_energy_is_the_diagonal_of_its_circuit(energy):
    if energy.degree == 0:
        return
    problem = read(energy)
    words = words_of(problem)
    if not any(words):
        return
    n = len(problem.spins)
    layer = Ansatz(words, Still(), 1, 2.0).layer(
        qml.probs(wires=range(n)), device=None, shots=None, seed=0
    )
    gamma = torch.tensor([0.37], dtype=torch.float64)
    tape = layer.circuit.trace({"gamma": gamma, "beta": gamma})
    phases = qml.matrix(qml.tape.QuantumScript(tape.operations), wire_order=range(n))
    expected = np.exp(-1j * 0.37 / 2 * (energies(problem) - words.get((), 0.0)))
    np.testing.assert_allclose(qml.math.toarray(phases), np.diag(expected), atol=1e-9)


def mixed():
    s, x = spins(2), bits(2)
    return 1.5 * s[0] * s[1] * x[0] - 0.7 * s[0] * x[1] + x[0] * x[1] - 0.4 * s[1] + 2


def test_flips():
    start = np.full(16, 0.25)
    compare(mixed(), start, [sum(on(4, **{f"w{i}": X}) for i in range(4))])


def test_a_warm_start_turns_about_its_own_direction():
    chances = np.array([0.1, 0.4, 0.6, 1.0])
    tilts = 2 * np.arcsin(np.sqrt(np.clip(chances, 0.25, 0.75)))
    start = np.ones(1)
    for tilt in tilts:
        start = np.kron(start, [np.cos(tilt / 2), np.sin(tilt / 2)])
    generators = [
        on(4, **{f"w{i}": np.sin(tilt) * X + np.cos(tilt) * Z}) for i, tilt in enumerate(tilts)
    ]
    for generator in generators:
        np.testing.assert_allclose(generator @ start, start, atol=1e-12)
    compare(mixed(), start, generators, warm_start=chances)


def exchange(n, a, b):
    return sum(on(n, **{f"w{a}": gate, f"w{b}": gate}) for gate in (X, Y)) / 2


def test_exchanges_along_rings():
    problem = colouring(nx.path_graph(2), 4)
    rings = [(0, 1), (2, 3), (1, 2), (3, 0), (4, 5), (6, 7), (5, 6), (7, 4)]
    w_state = np.zeros(16)
    w_state[[1, 2, 4, 8]] = 0.5
    generators = [exchange(8, a, b) for a, b in rings]
    compare(problem, np.kron(w_state, w_state), generators, mixer="xy")


def test_flips_where_the_neighbours_are_zero():
    graph = nx.path_graph(4)
    problem = independent_set(graph)
    zero = (np.eye(2) + Z) / 2
    generators = [on(4, **{f"w{v}": X}, **{f"w{u}": zero for u in graph[v]}) for v in range(4)]
    start = np.eye(16)[0]
    compare(problem, start, generators, mixer="controlled")


def test_reflections():
    problem = independent_set(nx.cycle_graph(5))
    feasible = problem.question.is_feasible(all_states(problem))
    start = feasible / np.sqrt(feasible.sum())
    compare(problem, start, [np.outer(start, start)], mixer="grover")
    free = read(mixed())
    everything = np.full(16, 0.25)
    compare(free, everything, [np.outer(everything, everything)], mixer="grover")


def test_the_layer_has_the_energy_and_its_gradient():
    answer = qaoa(mixed(), 2, initial=(GAMMAS, BETAS), steps=0)
    assert answer.layer().item() == pytest.approx(answer.expectation, abs=1e-12)

    def energy(gamma, beta):
        return torch.func.functional_call(answer.layer, {"gamma": gamma, "beta": beta}, ())

    weights = [answer.layer.gamma.detach().clone(), answer.layer.beta.detach().clone()]
    assert answer.layer.circuit.programs.reason is None
    assert torch.autograd.gradcheck(energy, [w.requires_grad_() for w in weights])
    np.testing.assert_allclose(answer.gammas, GAMMAS, rtol=1e-12)
    np.testing.assert_allclose(answer.layer.gamma.detach() / answer.scale, GAMMAS, rtol=1e-12)
