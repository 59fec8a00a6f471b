"""Trains a layer's energy, and measures what has come out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from qaimagic.devices import override
from qaimagic.errors import DeviceError
from qaimagic.layers.depth import depth_of
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.training.events import Event
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.minimize import minimize
from qaimagic.training.run import TrainingRun

_STILL = 3


@dataclass(frozen=True)
class Setting:
    """How energies are trained and measured.

    Attributes:
        steps: How many updates, or None for as many as suit.
        opt: An optimizer, or None for one that suits.
        lr: The learning rate, or None.
        device: Where circuits run, or None for where the layer runs.
        shots: The number of shots, or None.
        seed: Decides everything random.
        live: How to show a run, as in ``minimize``.
    """

    steps: int | None = None
    opt: Any = None
    lr: float | None = None
    device: Any = None
    shots: int | None = None
    seed: int = 0
    live: Any = None


def lbfgs(parameters: list[Tensor], lr: float) -> torch.optim.Optimizer:
    """Return L-BFGS with a line search; one of its steps is ten of the method's at most."""
    return torch.optim.LBFGS(
        parameters,
        lr=lr,
        max_iter=10,
        history_size=50,
        tolerance_grad=1e-9,
        tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )


def train(layer: HybridLayer, setting: Setting) -> TrainingRun:
    """Bring a layer's energy down, in place, and return the record.

    Where nobody chose an optimizer, exact energies are followed by L-BFGS until they stand still,
    and those of shots by Adam.
    """
    stands_still = setting.opt is None and not is_sampled(layer, setting)
    opt, rate, steps = (lbfgs, 1.0, 100) if stands_still else (setting.opt or "Adam", 0.1, 200)
    return minimize(
        lambda: layer().reshape(()),
        {layer.name: layer},
        steps=setting.steps or steps,
        opt=opt,
        lr=rate if setting.lr is None else setting.lr,
        device=setting.device,
        shots=setting.shots,
        seed=setting.seed,
        patience=_STILL if stands_still else None,
        live=setting.live,
    )


def measure(layer: HybridLayer, setting: Setting) -> tuple[float, float | None]:
    """Return a layer's energy and its standard error; None where answers are exact.

    It is measured anew: the lowest energy that training saw is too low in the mean, by the luck of
    its shots. None also where it is not known how answers scatter.
    """
    with _asked(setting, "energy"), torch.no_grad():
        energy = float(layer().item())
        try:
            return energy, float(layer.standard_errors().item())
        except DeviceError:
            return energy, None


def slopes(layer: HybridLayer, setting: Setting) -> Tensor:
    """Return the derivatives of a layer's energy by its weight ``theta``, shape (n,)."""
    with _asked(setting, "slopes"):
        [gradient] = torch.autograd.grad(layer().sum(), [layer.get_parameter("theta")])
    return gradient.detach()


def size(layer: HybridLayer, setting: Setting) -> tuple[int | None, int]:
    """Return a layer's shots, and its circuit's depth in gates on two wires where it would run."""
    with override(setting.device, shots=setting.shots):
        return layer.shots, depth_of(layer)


def is_sampled(layer: HybridLayer, setting: Setting) -> bool:
    """Return whether a layer's energies would be averages over shots."""
    with override(setting.device, shots=setting.shots):
        return layer.runner.has_shots


def silent(event: Event) -> None:
    """Show nothing of a run."""
    del event


@contextmanager
def _asked(setting: Setting, what: str) -> Iterator[None]:
    """Within the context, circuits run as the setting says, random numbers by its seed."""
    with override(setting.device, shots=setting.shots), Stream(derive(setting.seed, what)):
        yield
