"""Estimates gradients many times over, and sums up how far they are off."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from qaimagic import gradients
from qaimagic._checks import requirement
from qaimagic.bridge.by_circuits import step_for
from qaimagic.devices import override
from qaimagic.devices.selection import Choice, check_choice_of, describe, resolve
from qaimagic.gradients.methods import EXACT
from qaimagic.subroutines.gradient_estimation.comparison import EstimatorComparison
from qaimagic.subroutines.gradient_estimation.family import Subject
from qaimagic.subroutines.gradient_estimation.laws import fitted
from qaimagic.subroutines.gradient_estimation.points import EstimatorPoint
from qaimagic.training.loop.streams import derive


@dataclass(frozen=True)
class Setting:
    """How estimators are compared; see ``compare_estimators``."""

    methods: tuple[str, ...]
    total_shots: int
    repeats: int
    directions: int
    device: Any
    seed: int


def measure(subjects: Sequence[Subject], setting: Setting) -> EstimatorComparison:
    """Return what each method costs for each subject, until an interrupt.

    Raises:
        ValueError: If there are less than two shots for a circuit.
        DeviceError: If there is no such device.
    """
    with override(setting.device):
        check_choice_of(resolve(Choice()))
    circuits = {
        (method, place): _circuits(subject, method, setting)
        for place, subject in enumerate(subjects)
        for method in setting.methods
    }
    most = max(count for (method, _), count in circuits.items())
    if setting.total_shots < 2 * most:
        fix = f"The largest estimate takes {most:,} circuits, and each takes two shots at least."
        rule = f"be at least {2 * most:,}"
        received = f"it is {setting.total_shots:,}"
        raise ValueError(requirement("total_shots", rule, received, fix))
    points: list[EstimatorPoint] = []
    is_complete = True
    try:
        _exact(subjects[0])
        for place, subject in enumerate(subjects):
            exact = _exact(subject)
            for method in setting.methods:
                count = circuits[method, place]
                points += [_point(subject, exact, method, count, setting)]
    except KeyboardInterrupt:
        if not points:
            raise
        is_complete = False
    laws = tuple(
        law
        for method in setting.methods
        if (own := [point for point in points if point.method == method])
        for law in fitted(own, setting.total_shots)
    )
    return EstimatorComparison(
        tuple(points),
        laws,
        setting.total_shots,
        setting.repeats,
        setting.directions,
        describe("qaimagic.qubit" if setting.device is None else setting.device),
        is_complete,
    )


def _circuits(subject: Subject, method: str, setting: Setting) -> int:
    return gradients.circuits(
        subject.layer,
        *subject.data,
        method=method,
        directions=setting.directions,
        device=setting.device if method not in EXACT else "qaimagic.qubit",
        inputs=False,
    )


def _exact(subject: Subject) -> NDArray[np.float64]:
    return _flat(
        gradients.estimate(
            subject.layer, *subject.data, method="adjoint", device="qaimagic.qubit", inputs=False
        )
    )


def _flat(found: gradients.GradientEstimate, errors: bool = False) -> NDArray[np.float64]:
    numbers = found.standard_errors if errors else found.jacobians
    if numbers is None:
        return np.zeros(1)
    return torch.cat([one.flatten() for one in numbers.values()]).numpy()


def _point(
    subject: Subject,
    exact: NDArray[np.float64],
    method: str,
    circuits: int,
    setting: Setting,
) -> EstimatorPoint:
    layer = subject.layer
    n_parameters = sum(one.numel() for one in layer.parameters() if one.requires_grad)
    shots = 0 if method in EXACT else setting.total_shots // circuits
    started = perf_counter()
    if method in EXACT:
        found = [
            gradients.estimate(
                layer, *subject.data, method=method, device="qaimagic.qubit", inputs=False
            )
        ]
        seconds = perf_counter() - started
    else:
        found, seconds = _repeated(subject, method, shots, n_parameters, setting)
    rows = np.array([_flat(one) for one in found])
    claimed = np.array([_flat(one, errors=True) ** 2 for one in found])
    off = rows - exact
    variance = rows.var(axis=0, ddof=1).mean() if len(rows) > 1 else 0.0
    squares = (off**2).sum(axis=1) / max(float(exact @ exact), np.finfo(float).tiny)
    error = math.sqrt(squares.mean())
    scatter = squares.std(ddof=1) / math.sqrt(len(squares)) if len(squares) > 1 else 0.0
    return EstimatorPoint(
        method=method,
        parameters=n_parameters,
        circuits=circuits,
        shots=shots * circuits,
        bias=float(np.sqrt((off.mean(axis=0) ** 2).mean())),
        bias_error=math.sqrt(variance / len(rows)),
        variance=float(variance),
        claimed=float(claimed.mean()),
        error=error,
        error_error=float(scatter / (2 * error)) if error else 0.0,
        seconds=seconds,
    )


def _repeated(
    subject: Subject, method: str, shots: int, n_parameters: int, setting: Setting
) -> tuple[list[gradients.GradientEstimate], float]:
    """Return estimates with shots, and the seconds of one."""
    options: dict[str, Any] = {"method": method, "shots": shots, "inputs": False}
    if method == "spsa":
        options["directions"] = setting.directions
        options["step"] = step_for(shots) / math.sqrt(n_parameters)
    seeds = [
        derive(setting.seed, method, n_parameters, repeat) for repeat in range(setting.repeats)
    ]

    def once(seed: int) -> gradients.GradientEstimate:
        return gradients.estimate(
            subject.layer, *subject.data, device=setting.device, seed=seed % 2**31, **options
        )

    def all_of_them(repeats: int) -> Iterator[gradients.GradientEstimate]:
        if setting.device is not None:
            return map(once, seeds[:repeats])
        return gradients.repeated(
            subject.layer, *subject.data, repeats=repeats, seed=seeds[0] % 2**31, **options
        )

    started = perf_counter()
    estimates = all_of_them(setting.repeats)
    if method == "spsa":
        next(all_of_them(1))
        seconds = perf_counter() - started
        return list(estimates), seconds
    first = next(estimates)
    seconds = perf_counter() - started
    return [first, *estimates], seconds
