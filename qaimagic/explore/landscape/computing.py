"""From a surface and what is asked of it to a landscape."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from qaimagic.devices import describe, override
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.heatmap import Mark
from qaimagic.explore.landscape.grid import Level, levels
from qaimagic.explore.landscape.living import Recomputing
from qaimagic.explore.landscape.path import WeightPath, moved, states_of
from qaimagic.explore.landscape.plane import Plane, plane_over, random_plane
from qaimagic.explore.landscape.progress import Progress
from qaimagic.explore.landscape.result import Landscape
from qaimagic.explore.landscape.surface import Surface
from qaimagic.layers.finite import check_weights
from qaimagic.training.loop.interrupt import StopSwitch

_ROOM = 1.08
_WHOLE = 0.995


@dataclass(frozen=True)
class Request:
    """What is asked of a surface; see `qaimagic.landscape`."""

    over: Sequence[str]
    random: bool
    path: Any
    points: int
    span: float | None
    device: Any
    shots: int | None
    seed: int


def compute(surface: Surface, request: Request) -> Landscape:
    """Return the landscape of a surface."""
    check_weights("what", surface.weights)
    plane = _plane(surface, request)
    line, shadow = _path(request.path, plane)
    notes = _where(request) + shadow
    x, y = _axes(plane, line, request)
    with override(request.device, shots=request.shots, seed=request.seed), _progress(x) as told:
        here = surface.here()
        with StopSwitch() as stop:
            found = list(_levels(surface, plane, x, y, lambda: stop.requested, told))
        is_whole = not stop.requested or len(found[-1].x) == len(x)
    level = found[-1]
    if not is_whole:
        done = int(np.isfinite(level.values).sum())
        notes += (f"It was interrupted: {done} of {x.size * y.size} points.",)
    return Landscape(
        *level,
        *plane.labels,
        surface.name,
        (*plane.offset, here),
        line if isinstance(request.path, WeightPath) else None,
        _ends(request.path, line),
        notes,
        lambda shown: Recomputing(surface, plane, shown, request.seed).view,
    )


def _where(request: Request) -> tuple[str, ...]:
    """Return on what it was computed, if that was asked for."""
    shots = request.shots or getattr(request.device, "shots", None)
    words = [] if request.device is None else [f"on {describe(request.device)}"]
    words += [f"with {shots:,} shots"] if isinstance(shots, int) else []
    return (f"Computed {' '.join(words)}.",) if words else ()


def _plane(surface: Surface, request: Request) -> Plane:
    if request.random:
        return random_plane(surface.weights, request.seed)
    over: Sequence[str] = request.over
    if not over and sum(value.numel() for value in surface.weights.values()) == 2:
        over = [
            f"{name}[{','.join(map(str, index))}]" if index else name
            for name, value in surface.weights.items()
            for index in np.ndindex(*value.shape)
        ]
    return plane_over(over, surface.weights)


def _path(path: Any, plane: Plane) -> tuple[Floats | None, tuple[str, ...]]:
    """Return a path on the plane, and how much of it lies there if that is not all."""
    if path is None:
        return None, ()
    states = states_of(path, plane.origin)
    line = np.array([plane.nearest(state) for state in states])
    whole = moved(states)
    seen = plane.length((line[-1] - line[0]).tolist())
    notes: tuple[str, ...] = ()
    if isinstance(path, WeightPath) and whole > 0 and seen / whole < _WHOLE:
        notes += (
            f"The path is the run's shadow: {100 * (seen / whole) ** 2:.0f}% of the squared way "
            "from its start to its end lies in this plane.",
        )
    return line, notes


def _ends(path: Any, line: Floats | None) -> tuple[Mark, ...]:
    if line is None:
        return ()
    names = ("start", "end") if isinstance(path, WeightPath) else ("best weights", "last weights")
    (x0, y0), (x1, y1) = line[[0, -1]].tolist()
    return Mark("start", x0, y0, names[0]), Mark("end", x1, y1, names[1])


def _axes(plane: Plane, line: Floats | None, request: Request) -> tuple[Floats, Floats]:
    span = request.span or (1.0 if request.random else math.pi)
    axes = []
    for place, middle in enumerate(plane.offset):
        reach = 0.0 if line is None else float(np.abs(line[:, place] - middle).max())
        half = max(span, _ROOM * reach)
        axes.append(middle + half * np.linspace(-1.0, 1.0, request.points))
    return axes[0], axes[1]


def _levels(
    surface: Surface, plane: Plane, x: Floats, y: Floats, stop: Any, told: Any
) -> Iterator[Level]:
    values = surface.evaluator()
    return levels(lambda points: values(plane.at(points)), x, y, stop=stop, told=told)


@contextmanager
def _progress(x: Floats) -> Iterator[Any]:
    with Progress(x.size**2) as progress:
        yield progress.tell
