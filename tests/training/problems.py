"""Small problems with known answers, for the tests of training."""

from __future__ import annotations

import signal
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic.training.events import EpochEnded, StepEnded
from qaimagic.training.train import train


def two_blobs(n: int = 64, seed: int = 3) -> tuple[Tensor, Tensor]:
    """Two classes that a straight line nearly separates: X (n, 2), y (n,) of 0 and 1."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % 2
    X = torch.randn(n, 2, generator=generator) + 2.5 * y[:, None]
    return X, y


def small_net(seed: int = 0, n_in: int = 2, n_out: int = 2) -> nn.Module:
    """A network with dropout and batch normalisation: whatever could spoil a resumed run."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Linear(n_in, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Dropout(0.3), nn.Linear(6, n_out)
        )


def quiet(model: nn.Module, data: Any = None, **options: Any) -> Any:
    """Train with static text."""
    return train(model, data, **{"live": False, **options})


def same_states(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    """Whether two states are the same bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def story(run: Any) -> list[tuple[Any, ...]]:
    """The history without timings, for comparing runs bit for bit."""
    steps = [(s.step, s.epoch, s.loss, s.grad_norm, s.baseline_loss) for s in run.history.steps]
    timeless = [f.name for f in fields(EpochEnded) if f.name != "seconds"]
    epochs = [tuple(getattr(row, name) for name in timeless) for row in run.history.epochs]
    return [*steps, *epochs]


class InterruptAt:
    """A listener that sends SIGINT to this process after a step, as the kernel's square does."""

    def __init__(self, step: int) -> None:
        self.step = step

    def __call__(self, event: Any) -> None:
        if isinstance(event, StepEnded) and event.step == self.step:
            signal.raise_signal(signal.SIGINT)
