"""Checks what an estimate is asked for, before anything runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from qaimagic._checks import check_choice, check_int, check_number, requirement
from qaimagic.bridge.by_circuits import step_for
from qaimagic.gradients.methods import METHODS, Setting
from qaimagic.gradients.problem import Layer, Problem


def asked_of(
    layer: Any,
    data: tuple[Any, ...],
    method: str,
    device: Any,
    shots: int | None,
    seed: int | None,
    inputs: bool,
) -> Problem:
    """Return what is to be differentiated.

    Raises:
        TypeError: If ``layer`` is no layer of a circuit.
        ValueError: If the method is unknown, or there is nothing to differentiate.
        DeviceError: If the device lacks the method, or cannot combine it with shots.
    """
    check_choice("method", method, METHODS)
    if not hasattr(layer, "gradient_problem"):
        fix = "`@qaimagic.quantum` makes one of a function, `qaimagic.HybridLayer` of a QNode."
        received = f"it is {type(layer).__name__}"
        raise TypeError(requirement("layer", "be a layer of a circuit", received, fix))
    asker: Layer = layer
    asked = asker.gradient_problem(
        data, method, inputs=inputs, device=device, shots=shots, seed=seed
    )
    if not asked.tapes:
        raise ValueError(requirement("data", "hold at least one sample", "it is empty"))
    if not any(tape.trainable_params for tape in asked.tapes):
        what = "weights or data" if inputs else "weights"
        received = f"nothing that turns a gate of `{asked.name}` depends on any"
        raise ValueError(requirement("layer", f"have {what} to differentiate", received))
    return asked


def setting_for(asked: Problem, seed: int | None, step: float | None, directions: int) -> Setting:
    """Return what the method is told, with defaults filled in.

    Raises:
        TypeError: If a number is of another type.
        ValueError: If one is out of bounds.
    """
    if step is None:
        step = step_for(asked.shots)
    return Setting(
        check_number("step", step, above=0),
        check_int("directions", directions, minimum=1),
        np.random.default_rng(int(torch.randint(2**31, ())) if seed is None else seed),
    )
