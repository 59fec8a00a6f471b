"""The engine in plain torch: closed forms, a dense reference, derivatives, torch.func."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.eager import expvals, state
from tests.engine.random_circuits import cases, circuits, parameters, starts
from tests.oracles import circuits as oracle

NONE, NO_SAMPLE = torch.zeros(0, dtype=torch.float64), torch.zeros(1, 0, dtype=torch.float64)
Z0 = ((0, "Z"),)


def slot(index, scale=1.0):
    return Angle(((index, scale),))


def turn(letter, wire, angle, controls=()):
    angle = angle if isinstance(angle, Angle) else Angle((), angle)
    return Rotation(((wire, letter),) if letter else (), angle, controls)


def hadamard(wire):
    return [turn("Z", wire, math.pi), turn("Y", wire, math.pi / 2), turn("", 0, -math.pi)]


def constant(n_wires, operations, words=()):
    return Circuit(n_wires, 0, 0, tuple(operations), words)


def test_rabi_oscillation_under_a_detuned_drive():
    times = torch.linspace(0, 3, 7, dtype=torch.float64)
    drive, detuning, steps = 2.0, 0.7, 400
    step = [
        turn("X", 0, slot(0, drive / steps / 2)),
        turn("Z", 0, slot(0, detuning / steps)),
        turn("X", 0, slot(0, drive / steps / 2)),
    ]
    z = expvals(Circuit(1, 0, 1, tuple(step * steps), (Z0,)), NONE, times[:, None])[:, 0]
    strength = math.hypot(drive, detuning)
    excited = (drive / strength) ** 2 * torch.sin(strength * times / 2) ** 2
    torch.testing.assert_close((1 - z) / 2, excited, atol=1e-4, rtol=0)


def test_ghz_state_and_its_correlations():
    words = (((0, "X"), (1, "X"), (2, "X")), ((0, "X"), (1, "Y"), (2, "Y")), Z0, ())
    circuit = constant(3, [*hadamard(0), Flip(1, 0), Flip(2, 1)], words)
    wanted = torch.zeros(1, 8, dtype=torch.complex128)
    wanted[0, [0, 7]] = 1 / math.sqrt(2)
    torch.testing.assert_close(state(circuit, NONE, NO_SAMPLE), wanted)
    values = torch.tensor([[1.0, -1.0, 0.0, 1.0]], dtype=torch.float64)
    torch.testing.assert_close(expvals(circuit, NONE, NO_SAMPLE), values)


def test_bell_states_from_the_four_starts():
    circuit = constant(2, [*hadamard(0), Flip(1, 0)])
    bells = torch.tensor(
        [[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, -1], [0, 1, -1, 0]], dtype=torch.complex128
    )
    start = torch.eye(4, dtype=torch.complex128)
    found = state(circuit, NONE, NO_SAMPLE.expand(4, 0), start)
    torch.testing.assert_close(found, bells / math.sqrt(2))


def test_quantum_fourier_transform():
    n_wires, operations = 4, []
    for wire in range(n_wires):
        operations += hadamard(wire)
        for later in range(wire + 1, n_wires):
            phase = -2 * math.pi / 2 ** (later - wire)
            operations.append(turn("", 0, phase, ((wire, 1), (later, 1))))
    for wire in range(n_wires // 2):
        other = n_wires - 1 - wire
        operations += [Flip(wire, other), Flip(other, wire), Flip(wire, other)]
    start = torch.eye(16, dtype=torch.complex128)
    rows = state(constant(n_wires, operations), NONE, NO_SAMPLE.expand(16, 0), start)
    index = np.arange(16)
    wanted = np.exp(2j * np.pi * np.outer(index, index) / 16) / 4
    np.testing.assert_allclose(rows.numpy(), wanted, atol=1e-12)


def test_energy_of_the_transverse_field_ising_chain():
    """Two layers of its own terms reach the ground state of a ring of four: arXiv:1707.03429."""
    n_wires = 4
    bonds = [tuple(sorted(((wire, "Z"), ((wire + 1) % n_wires, "Z")))) for wire in range(n_wires)]
    fields = [((wire, "X"),) for wire in range(n_wires)]
    operations = [gate for wire in range(n_wires) for gate in hadamard(wire)]
    for layer in range(n_wires // 2):
        operations += [Rotation(bond, slot(2 * layer)) for bond in bonds]
        operations += [Rotation(field, slot(2 * layer + 1)) for field in fields]
    circuit = Circuit(n_wires, n_wires, 0, tuple(operations), (*bonds, *fields))
    weights = torch.full((n_wires,), 0.5, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def energy():
        optimizer.zero_grad()
        total = -expvals(circuit, weights, NO_SAMPLE).sum()
        total.backward()
        return total

    optimizer.step(energy)
    momenta = math.pi * (np.arange(n_wires) + 0.5) * 2 / n_wires
    exact = -np.sqrt(2 + 2 * np.cos(momenta)).sum()
    assert energy().item() == pytest.approx(exact, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_agrees_with_dense_matrices(case):
    circuit, shared, varied = case
    states = oracle.states(circuit, shared, varied)
    np.testing.assert_allclose(state(*case).numpy(), states, atol=1e-10)
    values = oracle.expvals(circuit, shared, varied)
    np.testing.assert_allclose(expvals(*case).numpy(), values, atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(cases(max_wires=4))
def test_agrees_with_dense_matrices_from_any_start(case):
    circuit, shared, varied = case
    for start in (starts(circuit), starts(circuit, len(varied))):
        values = oracle.expvals(circuit, shared, varied, start.numpy())
        np.testing.assert_allclose(expvals(*case, start).numpy(), values, atol=1e-10)
        states = oracle.states(circuit, shared, varied, start.numpy())
        np.testing.assert_allclose(state(*case, start).numpy(), states, atol=1e-10)


@settings(max_examples=8, deadline=None)
@given(circuits(max_wires=3, max_operations=6))
def test_derivatives_of_first_and_second_order(circuit):
    shared, varied = (one.requires_grad_() for one in parameters(circuit, n_samples=2))
    start = starts(circuit, n_samples=2).requires_grad_()

    def run(shared, varied, start):
        return expvals(circuit, shared, varied, start), torch.view_as_real(
            state(circuit, shared, varied, start)
        )

    assert torch.autograd.gradcheck(run, (shared, varied, start))
    assert torch.autograd.gradgradcheck(run, (shared, varied, start))


LAYER = Circuit(
    3,
    3,
    2,
    (
        *(turn("Y", wire, slot(3 + wire)) for wire in range(2)),
        *(turn("X", wire, slot(wire)) for wire in range(3)),
        Flip(1, 0),
        Rotation(((0, "Z"), (2, "Y")), slot(0, 0.5), ((1, 0),)),
    ),
    (Z0, ((0, "X"), (2, "Y")), ((1, "Y"),)),
)


def test_torch_func_over_weights():
    shared, varied = parameters(LAYER, n_samples=4)
    weights = torch.stack([shared, shared + 1])
    one_by_one = torch.stack([expvals(LAYER, one, varied) for one in weights])
    mapped = torch.func.vmap(lambda one: expvals(LAYER, one, varied))(weights)
    torch.testing.assert_close(mapped, one_by_one)
    slopes = torch.func.vmap(torch.func.grad(lambda one: expvals(LAYER, one, varied).sum()))
    ahead = torch.func.vmap(torch.func.jacfwd(lambda one: expvals(LAYER, one, varied).sum()))
    torch.testing.assert_close(slopes(weights), ahead(weights))
    hessian = torch.func.hessian(lambda one: expvals(LAYER, one, varied).sum())(shared)
    torch.testing.assert_close(hessian, hessian.T)


def test_torch_func_over_samples():
    shared, varied = parameters(LAYER, n_samples=4)
    mapped = torch.func.vmap(lambda sample: expvals(LAYER, shared, sample[None])[0])(varied)
    torch.testing.assert_close(mapped, expvals(LAYER, shared, varied))


def test_forward_and_reverse_derivatives_agree():
    point = parameters(LAYER, n_samples=2)
    along = tuple(torch.ones_like(one) for one in point)
    _, ahead = torch.func.jvp(lambda *given: expvals(LAYER, *given), point, along)
    _, back = torch.func.vjp(lambda *given: expvals(LAYER, *given), *point)
    slopes = back(torch.ones_like(ahead))
    torch.testing.assert_close(ahead.sum(), sum(one.sum() for one in slopes))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_precision_follows_the_parameters(dtype):
    shared, varied = (one.to(dtype) for one in parameters(LAYER))
    assert expvals(LAYER, shared, varied).dtype == dtype
    assert state(LAYER, shared, varied).dtype == dtype.to_complex()
    start = starts(LAYER).to(torch.complex128)
    assert expvals(LAYER, shared, varied, start).dtype == dtype


def test_an_empty_batch_gives_no_values():
    shared, varied = parameters(LAYER, n_samples=0)
    assert expvals(LAYER, shared, varied).shape == (0, 3)
    assert state(LAYER, shared, varied).shape == (0, 8)


def test_twenty_wires_run():
    n_wires = 20
    gates = [turn("Y", wire, slot(0)) for wire in range(n_wires)]
    word = tuple((wire, "Z") for wire in range(0, n_wires, 5))
    circuit = Circuit(n_wires, 1, 0, tuple(gates), (word, Z0))
    shared, varied = torch.tensor([0.3]), torch.zeros(1, 0)
    wanted = torch.tensor([[math.cos(0.3) ** 4, math.cos(0.3)]])
    torch.testing.assert_close(expvals(circuit, shared, varied), wanted)


def test_the_oracle_keeps_controls_apart():
    """The dense reference is held to a matrix written out by hand."""
    circuit = constant(2, [turn("X", 1, math.pi, ((0, 1),))])
    by_hand = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, -1j], [0, 0, -1j, 0]])
    np.testing.assert_allclose(oracle.matrix(circuit), by_hand, atol=1e-15)
    np.testing.assert_allclose(
        state(circuit, NONE, NO_SAMPLE.expand(4, 0), torch.eye(4, dtype=torch.complex128)),
        by_hand.T,
        atol=1e-15,
    )
