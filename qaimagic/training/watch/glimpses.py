"""Pictures that a model gives of itself while it learns, such as what it reconstructs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from qaimagic.training.data.batches import Batches
from qaimagic.training.events import Event, Glimpse, StepEnded

_PAUSE = 0.5
_ROWS = 200


@contextmanager
def glimpsing(
    model: Any, train: Batches | None, emit: Callable[[Event], None]
) -> Iterator[Callable[[Event], None]]:
    """Within the context, let a model show itself; gives the listener that hears of the steps.

    A model shows itself by a method ``glimpse(X)``, which returns a picture. It is asked twice a
    second at most, and once more at the end; random numbers that it draws are put back, so that a
    run is the same whether it is looked at or not. Weights that are not finite show nothing.

    Args:
        model: What learns.
        train: Its data, whose first samples it is shown.
        emit: Called with each picture.
    """
    if train is None or not hasattr(model, "glimpse"):
        yield lambda _event: None
        return
    with torch.random.fork_rng():
        rows = _first(train)
    last = time.perf_counter() - _PAUSE
    seen = -1
    step = 0

    def look() -> None:
        nonlocal last, seen
        if not all(bool(weight.isfinite().all()) for weight in model.parameters()):
            return
        with torch.random.fork_rng(), torch.no_grad():
            picture = model.glimpse(*rows)
        emit(Glimpse(picture.svg, picture.text, step))
        last, seen = time.perf_counter(), step

    def hear(event: Event) -> None:
        nonlocal step
        if isinstance(event, StepEnded):
            step = event.step
            if time.perf_counter() - last > _PAUSE:
                look()

    yield hear
    if step != seen:
        look()


def _first(train: Batches) -> list[Tensor]:
    """Return the first samples, 200 at most, of each input."""
    parts, count = [], 0
    for batch in train.epoch(1):
        parts.append(batch.inputs)
        count += len(batch.inputs[0])
        if count >= _ROWS:
            break
    return [torch.cat(inputs)[:_ROWS] for inputs in zip(*parts, strict=True)]
