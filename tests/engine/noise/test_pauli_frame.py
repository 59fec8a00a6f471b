"""Pauli errors as signs of angles: the same trajectories as with the errors where they happen."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.noise import (
    Channel,
    NoisyCircuit,
    density_matrix,
    expvals,
    sampled_expvals,
    sampled_states,
)
from qaimagic.engine.noise.pauli_frame import framed
from tests.engine.noise.random_noise import kraus_matrices
from tests.engine.random_circuits import cases, starts
from tests.oracles import rotations


def pauli_kraus(words, chances):
    """The Kraus matrices of a Pauli channel, (K, d, d)."""
    letters = {"I": np.eye(2), **rotations.PAULIS}
    matrices = [functools.reduce(np.kron, [letters[one] for one in word]) for word in words]
    scales = torch.as_tensor(chances, dtype=torch.float64).sqrt()
    return scales[:, None, None] * torch.as_tensor(np.array(matrices), dtype=torch.complex128)


@st.composite
def settled_cases(draw):
    """Circuits with errors that are certain, and with unitaries in the place of other noise."""
    circuit, shared, varied = draw(cases(max_wires=4, max_operations=10))
    channels, kraus = [], []
    last = len(circuit.operations)
    for after in sorted(draw(st.lists(st.integers(0, last), min_size=1, max_size=5))):
        order = draw(st.permutations(range(circuit.n_wires)))
        wires = tuple(order[: draw(st.integers(1, min(2, circuit.n_wires)))])
        if draw(st.booleans()):
            word = draw(st.text("IXYZ", min_size=len(wires), max_size=len(wires)))
            channels.append(Channel(wires, after, (word,)))
            kraus.append(pauli_kraus([word], [1.0]))
        else:
            channels.append(Channel(wires, after))
            kraus.append(kraus_matrices(1, 2 ** len(wires), draw(st.integers(0, 99))))
    return NoisyCircuit(circuit, tuple(channels)), shared, varied, kraus


def weighed(values):
    return (values * torch.linspace(0.5, 2.0, values.numel()).reshape(values.shape)).sum()


@settings(max_examples=100, deadline=None)
@given(settled_cases(), st.booleans())
def test_errors_wander_to_the_end(case, is_started):
    noisy, shared, varied, _ = case
    start = starts(noisy.circuit) if is_started else None
    inputs = shared.requires_grad_(), varied.requires_grad_()
    found = sampled_expvals(*case, 2, start=start).values
    exact = expvals(*case, start)
    torch.testing.assert_close(found, exact)
    slopes = [torch.autograd.grad(weighed(one), inputs) for one in (found, exact)]
    torch.testing.assert_close(*slopes)
    states = torch.cat([rows for _, rows in sampled_states(*case, 1, start=start)])
    matrices = states[:, :, None] * states[:, None, :].conj()
    torch.testing.assert_close(matrices, density_matrix(*case, start).detach())


@pytest.mark.parametrize("is_by_sample", [False, True])
def test_trained_chances_have_no_bias(is_by_sample):
    rotation = Rotation(((0, "X"),), Angle(((0, 1.0),)), ((1, 1),))
    gates = (Rotation(((1, "Y"),), Angle((), 1.0)), Flip(0, 1), rotation)
    words = (((0, "Z"),), ((0, "Y"), (1, "Z")))
    channels = (Channel((1, 0), 2, ("II", "XZ", "YI")), Channel((0,), 3, ("I", "Y")))
    noisy = NoisyCircuit(Circuit(2, 0, 1, gates, words), channels)
    n_samples = 300
    theta = torch.full((n_samples, 1), 0.7, dtype=torch.float64, requires_grad=True)
    chance = torch.tensor(0.15, dtype=torch.float64, requires_grad=True)
    stays = 1 - chance
    kraus = [
        pauli_kraus(["II", "XZ", "YI"], torch.stack([stays - 0.1, chance, 0 * chance + 0.1])),
        pauli_kraus(["I", "Y"], torch.stack([stays, chance])),
    ]
    exact = expvals(noisy, theta.new_zeros(0), theta[:1], kraus)
    if is_by_sample:
        kraus = [one.expand(n_samples, *one.shape) for one in kraus]
    generator = torch.Generator().manual_seed(3)
    found = sampled_expvals(noisy, theta.new_zeros(0), theta, kraus, 400, generator=generator)
    off = (found.values.mean(dim=0) - exact[0]).abs()
    assert (off < 4 * found.errors.mean(dim=0) / n_samples**0.5).all()
    for word in range(2):
        wanted = torch.autograd.grad(exact[0, word], (theta, chance), retain_graph=True)
        slopes = torch.autograd.grad(
            found.values[:, word].mean(), (theta, chance), retain_graph=True
        )
        assert abs(slopes[0].sum() - wanted[0].sum()) < 0.02
        assert abs(slopes[1] - wanted[1]) < 0.05


def test_noise_leaves_one_circuit_and_few_signs():
    """Errors turn what comes after them; phases behind a wall of phase flips stay shared."""
    gates = (
        Rotation(((0, "X"),), Angle(((0, 1.0),))),
        Rotation(((0, "Z"),), Angle(((1, 1.0),))),
        Flip(1, 0),
        Rotation(((1, "X"),), Angle(((2, 1.0),))),
        Rotation(((1, "Y"),), Angle(((2, 1.0),))),
    )
    noisy = NoisyCircuit(
        Circuit(2, 3, 0, gates, (((1, "Z"),),)), (Channel((0,), 1, ("I", "Z")),) * 2
    )
    found = framed(noisy)
    assert found.noisy.channels == ()
    assert found.angles == ()
    flipped = NoisyCircuit(noisy.circuit, (Channel((0,), 1, ("I", "X")),))
    assert framed(flipped).angles == (Angle(((1, 1.0),)), Angle(((2, 1.0),)))


def test_second_derivatives():
    noisy = NoisyCircuit(
        Circuit(1, 1, 0, (Rotation(((0, "X"),), Angle(((0, 1.0),))),), (((0, "Y"),),)),
        (Channel((0,), 0, ("I", "Z")),),
    )

    def value(theta):
        flips = pauli_kraus(["I", "Z"], [0.9, 0.1])
        generator = torch.Generator().manual_seed(1)
        rows = theta.new_zeros(1, 0)
        return sampled_expvals(
            noisy, theta[None], rows, [flips], 50, generator=generator
        ).values.sum()

    theta = torch.tensor(0.4, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(value, theta)
    torch.testing.assert_close(hessian, -value(theta))
