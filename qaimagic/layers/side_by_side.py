"""Times a training step of a model as it was and as it is, in turn, and leaves no trace of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

_SECONDS = 2.0
_LEAST, _MOST = 2, 9
_STEPS = 5


@contextmanager
def unchanged(model: nn.Module, arguments: Sequence[Any]) -> Iterator[None]:
    """Within the context the model may run and be differentiated; afterwards it is as before.

    That is: its buffers, the gradients of its parameters and of ``arguments``, and torch's random
    numbers.
    """
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    leaves = _leaves(model, arguments)
    gradients = [leaf.grad for leaf in leaves]
    with torch.random.fork_rng(), torch.enable_grad():
        try:
            yield
        finally:
            with torch.no_grad():
                for buffer, kept in buffers:
                    buffer.copy_(kept)
            for leaf, gradient in zip(leaves, gradients, strict=True):
                leaf.grad = gradient


def step(model: nn.Module, arguments: Sequence[Any]) -> None:
    """Run a training step but for the optimizer: forward, and backward where anything trains."""
    for leaf in _leaves(model, arguments):
        leaf.grad = None
    parts = [part for part in tree_leaves(model(*arguments)) if isinstance(part, Tensor)]
    trained = [part for part in parts if part.requires_grad]
    if trained:
        sum(part.abs().sum() for part in trained).backward()  # type: ignore[union-attr]
    if any(part.is_cuda for part in parts):
        torch.cuda.synchronize()


def trains(model: nn.Module, arguments: Sequence[Any]) -> bool:
    """Return whether a step has anything to train, so that it runs backward too."""
    return any(leaf.requires_grad for leaf in _leaves(model, arguments))


def in_turn(
    first: Callable[[], None], second: Callable[[], None], run: Callable[[], None]
) -> tuple[float, float]:
    """Return the median seconds of ``run`` after ``first`` and after ``second``.

    They take turns, at least twice, for about two seconds.
    """
    times: tuple[list[float], list[float]] = ([], [])
    started = time.perf_counter()
    for done in range(1, _MOST + 1):
        for prepare, kept in zip((first, second), times, strict=True):
            prepare()
            kept += _timed(run)
        if done >= _LEAST and time.perf_counter() - started > _SECONDS:
            break
    return median(times[0]), median(times[1])


def _timed(run: Callable[[], None]) -> list[float]:
    times: list[float] = []
    for _ in range(_STEPS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        if sum(times) > _SECONDS / 20:
            break
    return times


def _leaves(model: nn.Module, arguments: Sequence[Any]) -> list[Tensor]:
    given = [one for one in arguments if isinstance(one, Tensor) and one.is_leaf]
    return [*model.parameters(), *(one for one in given if one.requires_grad)]
