"""Gradients that drown in shot noise are noticed, and larger ones are left alone."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.training.alarms.measured import circuit_of
from qaimagic.training.alarms.start import start_of
from tests.training.alarms.circuits import (
    all_zero,
    hardware_efficient,
    in_a_row,
    ising,
    kinds,
    outcomes,
    parity,
)
from tests.training.problems import quiet

TINY, LARGE = 0.002, 0.2


def test_ten_shots_on_a_tiny_gradient() -> None:
    run = quiet(in_a_row(TINY), steps=25, lr=1e-4, shots=10)
    [alarm] = run.alarms
    assert (alarm.kind, alarm.step) == ("shot_noise", 17)
    assert "With 10 shots each gradient of `circuit` has a standard error of about 0.22" in (
        alarm.message
    )


@pytest.mark.parametrize(("start", "shots"), [(LARGE, 10_000), (LARGE, 100), (TINY, None)])
def test_more_shots_or_none_and_larger_gradients(start: float, shots: int | None) -> None:
    assert kinds(in_a_row(start), steps=25, lr=1e-4, shots=shots) == []


def test_a_run_that_converges_into_its_noise_is_silent() -> None:
    run = quiet(in_a_row(LARGE), steps=40, lr=0.2, shots=200)
    assert run.history.losses[-1] < -0.8
    assert run.alarms == []


def test_data_with_few_shots_that_learn_all_the_same() -> None:
    from tests.training.test_hybrid import _model, two_blobs

    assert kinds(_model(), two_blobs(64), steps=20, val=0, shots=20) == []


def test_an_optimizer_without_gradients_is_not_judged() -> None:
    assert kinds(in_a_row(TINY), steps=25, opt="SPSA", lr=1e-4, shots=3) == []


@pytest.mark.parametrize("cost", [parity, ising])
def test_the_expected_noise_is_that_of_the_estimators_error_bars(cost: object) -> None:
    expected, found = _noises(cost)
    assert expected == pytest.approx(found, rel=0.35)


@pytest.mark.parametrize("cost", [all_zero, outcomes])
def test_of_probabilities_it_is_rather_too_small(cost: object) -> None:
    expected, found = _noises(cost)
    assert 0 < expected < 1.1 * found


def _noises(cost: object) -> tuple[float, float]:
    """The variance of a gradient that an alarm reckons with, and that of the estimator."""
    shots = 2000
    layer = hardware_efficient(4, 3, cost, shots=shots, seed=5)
    start = start_of(layer, circuit_of(layer))
    assert start is not None
    assert start.scatter == (shots, 1.0)
    slopes = torch.linspace(0.5, 1.5, layer.n_outputs)
    (layer() @ slopes).backward()
    start.remove()
    expected = start.sighting.one_shot / (2 * shots)
    estimate = qaimagic.gradients.estimate(layer, shots=shots, seed=1)
    errors = estimate.pulled_back(slopes).standard_errors
    assert errors is not None
    return expected, errors["theta"].square().mean().item()


@pytest.mark.parametrize(("mitigate", "scatter"), [("zne", (50, 2.5)), ("readout", None)])
def test_mitigated_answers_scatter_more(mitigate: str, scatter: tuple[int, float] | None) -> None:
    noise = {"depolarizing": 0.01, "readout": 0.02}
    lab = qaimagic.devices.get("qaimagic.qubit", **noise, mitigate=mitigate, shots=50)
    layer = in_a_row(TINY, device=lab)
    start = start_of(layer, circuit_of(layer))
    assert start is not None
    start.remove()
    assert start.scatter == scatter


def test_gradients_are_seen_before_they_are_clipped() -> None:
    assert kinds(in_a_row(LARGE), steps=20, lr=1e-4, shots=100, clip=1e-3) == []


def test_a_frozen_layer_is_not_judged() -> None:
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 2))
    frozen = in_a_row(TINY)
    frozen.theta.requires_grad_(False)

    class Beside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.frozen = model, frozen

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.model(x) + self.frozen()

    data = torch.rand(8, 1), torch.arange(8) % 2
    assert kinds(Beside(), data, steps=25, val=0, shots=5) == []
