"""Sends the tapes of one job where they run, and gives the answers in the job's interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from pennylane import numpy as pnp
from pennylane.devices import ExecutionConfig
from pennylane.math import Interface
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.plugin.batches import run_exactly
from qaimagic.bridge.plugin.binding import Run, holds_box, run_boxed
from qaimagic.bridge.plugin.sampling import run_with_shots

SlowJob = Callable[[ExecutionConfig, Sequence[QuantumScript], str], Sequence[Any]]
"""Runs tapes elsewhere, with a configuration and for a reason."""

_KNOWN = (Interface.AUTO, Interface.AUTOGRAD, Interface.NUMPY, Interface.TORCH)
_LIVE = ("backprop", None)


def run(
    tapes: Sequence[QuantumScript],
    config: ExecutionConfig,
    rng: np.random.Generator,
    slow: SlowJob,
) -> tuple[Any, ...]:
    """Return the answers of each tape, in PennyLane's nesting.

    Args:
        tapes: Circuits, with or without shots.
        config: How to run them, as PennyLane says it.
        rng: Where shots come from.
        slow: Runs what the engine does not.
    """
    if config.interface not in _KNOWN:
        return tuple(slow(config, tapes, f"its parameters belong to {config.interface.value}"))
    exact = [index for index, tape in enumerate(tapes) if not tape.shots]
    sampled = [index for index, tape in enumerate(tapes) if tape.shots]
    answers: dict[int, Any] = {}
    if exact:
        run_these = _exactly if config.interface != Interface.AUTOGRAD else _by_autograd
        answers |= zip(exact, run_these([tapes[i] for i in exact], config, slow), strict=True)
    if sampled:
        drawn = run_with_shots([tapes[i] for i in sampled], rng, partial(slow, config))
        answers |= zip(sampled, drawn, strict=True)
    return tuple(answers[index] for index in range(len(tapes)))


def by_torch(config: ExecutionConfig, slow: SlowJob) -> Run:
    """Return what runs tapes of torch tensors, whatever interface the job itself has."""
    config = replace(config, gradient_method="backprop", interface=Interface.TORCH)
    return partial(run_exactly, run_slowly=partial(slow, config))


def _by_autograd(
    tapes: Sequence[QuantumScript], config: ExecutionConfig, slow: SlowJob
) -> Sequence[Any]:
    if holds_box(tapes):
        return run_boxed(tapes, by_torch(config, slow))
    return [_mapped(pnp.array, answer) for answer in _exactly(tapes, config, slow)]


def _exactly(
    tapes: Sequence[QuantumScript], config: ExecutionConfig, slow: SlowJob
) -> Sequence[Any]:
    answers = run_exactly(tapes, partial(slow, config))
    keeps_torch = config.interface == Interface.TORCH and config.gradient_method in _LIVE
    if keeps_torch or any(map(_holds_tensor, tapes)):
        return answers
    return [_mapped(_as_numpy, answer) for answer in answers]


def _holds_tensor(tape: QuantumScript) -> bool:
    return any(isinstance(value, Tensor) for value in tape.get_parameters(trainable_only=False))


def _mapped(function: Callable[[Any], Any], answer: Any) -> Any:
    if isinstance(answer, tuple | list):
        return tuple(_mapped(function, part) for part in answer)
    return function(answer)


def _as_numpy(value: Any) -> Any:
    return value.detach().cpu().numpy()[()] if isinstance(value, Tensor) else value
