"""Ways to a network's gradient: directions, differences, phases, or backwards."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from qaimagic.subroutines.gradient_estimation.loss_surface import Surface
from qaimagic.subroutines.gradient_estimation.network_result import NetworkGradient
from qaimagic.training.loop.streams import derive


@dataclass(frozen=True)
class Setting:
    """How a gradient is estimated; see ``network_gradient``."""

    directions: int
    step: float
    block: int
    n_wires: int
    max_slope: float
    shots: int | None
    seed: int


@dataclass(frozen=True)
class _Found:
    gradient: Tensor
    evaluations: int
    queries: int = 0
    circuits: int = 0


def solve(surface: Surface, method: str, setting: Setting) -> NetworkGradient:
    """Return a network's gradient by a method, written into the weights."""
    ways = {
        "spsa": _by_directions,
        "finite-diff": _by_differences,
        "quantum": _by_phases,
        "backprop": _backwards,
    }
    started = perf_counter()
    with torch.no_grad():
        found = ways[method](surface, setting)
    seconds = perf_counter() - started
    surface.write(found.gradient)
    return NetworkGradient(
        value=found.gradient.numpy(),
        exact=surface.gradient.numpy(),
        loss=surface.value,
        method=method,
        evaluations=found.evaluations,
        queries=found.queries,
        circuits=found.circuits,
        block=setting.block if method == "quantum" else None,
        max_slope=setting.max_slope if method == "quantum" else None,
        seconds=seconds,
    )


def _by_directions(surface: Surface, setting: Setting) -> _Found:
    generator = torch.Generator().manual_seed(derive(setting.seed, "directions"))
    shape = setting.directions, len(surface.here)
    signs = 2.0 * torch.randint(2, shape, generator=generator, dtype=torch.float64) - 1.0
    slopes = _slopes(surface, signs, setting.step)
    return _Found((slopes[:, None] * signs).mean(dim=0), 2 * setting.directions)


def _by_differences(surface: Surface, setting: Setting) -> _Found:
    directions = torch.eye(len(surface.here), dtype=torch.float64)
    return _Found(_slopes(surface, directions, setting.step), 2 * len(surface.here))


def _slopes(surface: Surface, directions: Tensor, step: float) -> Tensor:
    moves = step * directions
    values = surface.at(torch.cat([surface.here + moves, surface.here - moves]))
    ahead, behind = values.chunk(2)
    return (ahead - behind) / (2 * step)


def _by_phases(surface: Surface, setting: Setting) -> _Found:
    from qaimagic.subroutines.quantum_gradient.quantum_gradient import quantum_gradient

    gradient = torch.zeros_like(surface.here)
    [base] = surface.at(surface.here[None])
    evaluations = queries = circuits = 0
    for start in range(0, len(surface.here), setting.block):
        places = slice(start, min(start + setting.block, len(surface.here)))

        def loss_of(points: Any, places: slice = places) -> Tensor:
            moved = torch.as_tensor(points, dtype=torch.float64)
            rows = surface.here.repeat(len(moved), 1)
            rows[:, places] = moved
            losses: Tensor = surface.at(rows) - base
            return losses

        found = quantum_gradient(
            loss_of,
            surface.here[places].numpy(),
            n_wires=setting.n_wires,
            max_slope=setting.max_slope,
            width=setting.step,
            shots=setting.shots,
            seed=derive(setting.seed, "block", start) % 2**31,
        )
        gradient[places] = torch.as_tensor(found.value)
        evaluations += found.evaluations
        queries += found.queries * (setting.shots or 1)
        circuits += setting.shots or 1
    return _Found(gradient, evaluations, queries, circuits)


def _backwards(surface: Surface, setting: Setting) -> _Found:
    """Return what the surface has from torch, for what counts as three evaluations."""
    del setting
    return _Found(surface.gradient.clone(), 3)
