"""Adam from many starts at once, each a row of a batch."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from qaimagic._checks import requirement
from qaimagic.errors import CircuitError
from qaimagic.subroutines.barren_plateaus.families import COLUMNS, Member

RATE = 0.05
"""Adam's step size, in radians."""


def train(
    member: Member,
    start: str,
    first: Tensor,
    n_steps: int,
    shots: int | None,
    generator: Generator,
) -> NDArray[np.float64]:
    """Return the cost after each step, shape (n_steps + 1, n_starts), the start's included.

    Layerwise, the first half of the steps trains one block after the other, and the second half
    all of them.

    Args:
        member: The circuit.
        start: The name of the start.
        first: Its angles, (n_starts, n_angles).
        n_steps: How many steps.
        shots: Shots of each of the shift rule's circuits, whose noise is modelled as normal; None
            for exact slopes.
        generator: Draws it.
    """
    angles = first.clone().requires_grad_()
    optimizer = torch.optim.Adam([angles], lr=RATE)
    costs = []
    block = None
    for step in range(n_steps):
        values = member.values(angles)
        costs.append(values.detach())
        [slopes] = torch.autograd.grad(values.sum(), angles)
        if shots is not None:
            slopes = slopes + _noise(member, values.detach(), slopes, shots, generator)
        trained = slice(None)
        if start == "layerwise" and (now := _block(step, n_steps, member)) is not None:
            trained = slice(now * COLUMNS * member.n_wires, (now + 1) * COLUMNS * member.n_wires)
        if trained != block:
            optimizer = torch.optim.Adam([angles], lr=RATE)
            block = trained
        angles.grad = torch.zeros_like(slopes)
        angles.grad[:, trained] = slopes[:, trained]
        optimizer.step()
    with torch.no_grad():
        costs.append(member.values(angles))
    return torch.stack(costs).numpy()


def _noise(
    member: Member, values: Tensor, slopes: Tensor, shots: int, generator: Generator
) -> Tensor:
    one_shot = member.one_shot(values)
    if one_shot is None:
        received = "how its shots scatter is not known"
        fix = "Leave `shots` out, or measure a sum of Pauli words."
        raise CircuitError(requirement("ansatz", "suit `shots`", received, fix))
    normal = torch.randn(slopes.shape, dtype=slopes.dtype, generator=generator)
    return normal * (one_shot / (2 * shots)).sqrt()[:, None]


def _block(step: int, n_steps: int, member: Member) -> int | None:
    now = 2 * step * member.n_blocks // n_steps
    return now if now < member.n_blocks else None
