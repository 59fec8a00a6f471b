"""Slopes of thousands of starts, wire by wire."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import torch
from torch import Generator, Tensor

from qaimagic.subroutines.barren_plateaus.families import Family, Member
from qaimagic.subroutines.barren_plateaus.fits import decay_of
from qaimagic.subroutines.barren_plateaus.result import PlateauPoint, PlateauResult, Trained
from qaimagic.subroutines.barren_plateaus.starts import STARTS, trained_at_first
from qaimagic.subroutines.barren_plateaus.training import train
from qaimagic.training.alarms.plateau import shots_to_see
from qaimagic.training.loop.streams import derive

_ROWS = 4096
_AMPLITUDES = 2**22


@dataclass(frozen=True)
class Setting:
    """How much is measured.

    Attributes:
        n_samples: How many starts each mean is over.
        n_steps: How many steps of training.
        n_starts: From how many starts.
        shots: Shots of each circuit in training, or None.
        seed: Decides the starts.
    """

    n_samples: int
    n_steps: int
    n_starts: int
    shots: int | None
    seed: int


def measure(
    families: Mapping[str, Family], starts: Sequence[str], wires: Sequence[int], setting: Setting
) -> PlateauResult:
    """Measure each family from each start, for each number of wires, and train at the last.

    Args:
        families: Families by the names of their costs.
        starts: Names of starts.
        wires: Numbers of wires, ascending.
        setting: How much is measured.

    Raises:
        KeyboardInterrupt: If nothing was measured until then.
    """
    began = time.perf_counter()
    points: list[PlateauPoint] = []
    trained: list[Trained] = []
    is_complete = False
    try:
        for n_wires in wires:
            points += [
                _point(name, start, family(n_wires), setting)
                for name, family in families.items()
                for start in starts
            ]
        for name, family in families.items() if setting.n_steps else ():
            member = family(wires[-1])
            for start in starts:
                generator = _generator(setting.seed, "training", name, start)
                first = STARTS[start](member, setting.n_starts, generator)
                costs = train(member, start, first, setting.n_steps, setting.shots, generator)
                lowest = None if member.cost is None else member.cost.lowest(member.n_wires)
                trained.append(Trained(name, start, member.n_wires, costs, lowest))
        is_complete = True
    except KeyboardInterrupt:
        if not points:
            raise
    decays = {}
    for case in dict.fromkeys(one.case for one in points):
        own = [one for one in points if one.case == case]
        found = decay_of(
            [one.n_wires for one in own],
            [one.mean_square for one in own],
            [one.standard_error for one in own],
        )
        if found is not None:
            decays[case] = found
    seconds = time.perf_counter() - began
    return PlateauResult(
        points=tuple(points),
        decays=decays,
        trained=tuple(trained),
        n_samples=setting.n_samples,
        shots=setting.shots,
        is_complete=is_complete,
        seconds=seconds,
    )


def _point(name: str, start: str, member: Member, setting: Setting) -> PlateauPoint:
    began = time.perf_counter()
    generator = _generator(setting.seed, name, start, member.n_wires)
    angles = STARTS[start](member, setting.n_samples, generator)
    costs, slopes = _slopes(member, angles)
    slopes = slopes[:, trained_at_first(start, member)]
    squares = slopes.square().mean(dim=1)
    away = (costs - costs.mean()).square()
    count = math.sqrt(len(angles))
    one_shot = member.one_shot(costs)
    is_known = member.expected is not None and start == "random"
    return PlateauPoint(
        cost=name,
        start=start,
        n_wires=member.n_wires,
        n_angles=member.n_angles,
        mean_square=float(squares.mean()),
        standard_error=float(squares.std()) / count,
        variance=float(slopes.var(dim=0).mean()),
        expected=member.expected[0] if is_known and member.expected else None,
        is_exact=member.n_blocks == 0,
        cost_variance=float(costs.var()),
        cost_error=float(away.std()) / count,
        cost_expected=member.expected[1] if is_known and member.expected else None,
        shots=None if one_shot is None else _shots(one_shot, squares),
        seconds=time.perf_counter() - began,
    )


def _shots(one_shot: Tensor, squares: Tensor) -> float:
    needed = [
        scatter * shots_to_see(square)
        for scatter, square in zip(one_shot.tolist(), squares.tolist(), strict=True)
    ]
    return float(median(needed))


def _slopes(member: Member, angles: Tensor) -> tuple[Tensor, Tensor]:
    """Return the costs, (batch,), and their derivatives, (batch, n_angles)."""
    costs, slopes = [], []
    for rows in torch.split(angles, max(1, min(_ROWS, _AMPLITUDES >> member.n_wires))):
        leaf = rows.clone().requires_grad_()
        values = member.values(leaf)
        [found] = torch.autograd.grad(values.sum(), leaf)
        costs.append(values.detach())
        slopes.append(found)
    return torch.cat(costs), torch.cat(slopes)


def _generator(seed: int, *words: object) -> Generator:
    return Generator().manual_seed(derive(seed, "plateaus", *words))
