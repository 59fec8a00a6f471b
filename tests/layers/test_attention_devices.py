"""Quantum attention with shots, with noise and on other devices."""

from __future__ import annotations

import math

import pytest
import torch

from qaimagic import devices
from qaimagic.devices import Profile
from qaimagic.errors import DeviceError
from qaimagic.layers.attention.overlaps import drawn
from tests.layers.attentions import make, tokens


@pytest.mark.parametrize("device", [None, "default.qubit"])
def test_scores_of_shots_are_unbiased_and_scatter_as_they_say(device):
    attention, x = make(device=device, shots=50), tokens(4, 6)
    with torch.no_grad():
        drawn_scores = torch.stack([attention.scores(x, x) for _ in range(400)])
        with devices.override(shots=None):
            exact = make().scores(x, x)
    errors = attention.standard_errors(x, x)
    overlaps = exact / attention.scale.detach()[:, None, None]
    by_formula = attention.scale.detach()[:, None, None] * (overlaps * (1 - overlaps) / 50).sqrt()
    torch.testing.assert_close(errors, by_formula, atol=1e-9, rtol=1e-9)
    off = (drawn_scores.mean(0) - exact).abs()
    assert (off <= 5 * errors / math.sqrt(400)).all()
    scattered = errors > 0.05
    ratio = (drawn_scores.std(0) / errors)[scattered]
    assert scattered.sum() > 10
    assert ((ratio > 0.8) & (ratio < 1.2)).all()
    counts = drawn_scores / attention.scale.detach()[:, None, None] * 50
    torch.testing.assert_close(counts, counts.round(), atol=1e-6, rtol=0)


def test_shots_follow_the_seed_of_torch():
    attention, x = make(shots=20), tokens(4, 6)
    answers = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        answers.append(attention.overlaps(x, x).detach())
    assert torch.equal(answers[0], answers[1])
    assert not torch.equal(answers[0], answers[2])


def test_shots_have_the_exact_gradient_of_what_they_estimate():
    exact = torch.tensor([0.0, 0.3, 1.0], dtype=torch.float64, requires_grad=True)
    received = drawn(exact, 10, seed=0)
    assert set((received * 10).round().tolist()) <= set(range(11))
    assert received[0] == 0
    assert received[2] == 1
    received.sum().backward()
    assert exact.grad.tolist() == [1, 1, 1]


def test_exact_scores_have_no_errors():
    attention, x = make(), tokens(4, 6)
    with pytest.raises(DeviceError, match="runs without shots"):
        attention.standard_errors(x, x)


def test_a_device_runs_a_circuit_for_each_pair_that_no_mask_forbids():
    attention = make(4, 1, n_wires=2, layers=1, device=Profile("default.mixed"))
    exact = make(4, 1, n_wires=2, layers=1)
    x = tokens(2, 3, 4)
    answer, weights = attention(x, x, x, is_causal=True)
    assert attention.overlap.circuits == 2 * 6
    expected, seen = exact(x, x, x, is_causal=True)
    assert exact.overlap.circuits == 2 * 6
    torch.testing.assert_close(weights, seen)
    answer.square().sum().backward()
    expected.square().sum().backward()
    for one, other in zip(attention.parameters(), exact.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, atol=1e-5, rtol=1e-5)


def test_noise_makes_overlaps_smaller():
    noisy = make(4, 1, n_wires=2, device=Profile("qaimagic.qubit", depolarizing=0.05))
    x = tokens(3, 4)
    same = noisy.overlaps(x, x)
    ideal = make(4, 1, n_wires=2).overlaps(x, x)
    assert same.max() < 0.95 * ideal.max()


def test_a_mixed_device_with_shots_learns_by_shifts():
    attention = make(4, 1, n_wires=1, layers=1, device="default.mixed", shots=2000)
    exact = make(4, 1, n_wires=1, layers=1)
    x = tokens(1, 2, 4)
    for one in (attention, exact):
        one.scores(x, x).square().sum().backward()
    assert attention.overlap.circuits > 4
    torch.testing.assert_close(
        attention.q_proj.weight.grad, exact.q_proj.weight.grad, atol=1.0, rtol=0.1
    )


def test_a_runs_device_and_shots_win():
    attention, x = make(), tokens(4, 6)
    with devices.override(shots=10):
        counts = attention.overlaps(x, x) * 10
    torch.testing.assert_close(counts, counts.round())
