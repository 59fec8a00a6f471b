"""First angles by name, and which of them are trained at first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Generator, Tensor

from qaimagic.subroutines.barren_plateaus.families import COLUMNS, Member

Draw = Callable[[Member, int, Generator], Tensor]


def _random(member: Member, rows: int, generator: Generator) -> Tensor:
    turns = torch.rand(rows, member.n_angles, dtype=torch.float64, generator=generator)
    return 2 * math.pi * turns


def _small(member: Member, rows: int, generator: Generator) -> Tensor:
    """Return normal angles whose variance is 1 / 4(L + 2) for L angles on a wire."""
    normal = torch.randn(rows, member.n_angles, dtype=torch.float64, generator=generator)
    return normal / math.sqrt(4 * (member.n_angles / member.n_wires + 2))


def _identity(member: Member, rows: int, generator: Generator) -> Tensor:
    angles = _blocks(_random(member, rows, generator), member)
    half = angles[:, :, : COLUMNS // 2]
    return torch.cat([half, -half.flip(2)], dim=2).flatten(1)


def _layerwise(member: Member, rows: int, generator: Generator) -> Tensor:
    angles = _blocks(_random(member, rows, generator), member)
    angles[:, 1:] = 0
    return angles.flatten(1)


STARTS: Mapping[str, Draw] = {
    "random": _random,
    "small angles": _small,
    "identity blocks": _identity,
    "layerwise": _layerwise,
}


def trained_at_first(start: str, member: Member) -> Tensor:
    """Return which angles are trained at first, bool, (n_angles,): layerwise the first block's."""
    mask = torch.ones(member.n_angles, dtype=torch.bool)
    if start == "layerwise":
        mask[COLUMNS * member.n_wires :] = False
    return mask


def _blocks(angles: Tensor, member: Member) -> Tensor:
    return angles.reshape(len(angles), member.n_blocks, COLUMNS, member.n_wires)
