"""From a unitary and a state to a result, beside the exact phases."""

from __future__ import annotations

import time as clock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.subroutines.block_encodings.encoding import auxiliary_wires
from qaimagic.subroutines.matrices.starting import read_start
from qaimagic.subroutines.phase_estimation.circuit import costs_of, gates_of, read_register
from qaimagic.subroutines.phase_estimation.kernel import fejer
from qaimagic.subroutines.phase_estimation.reading import Target, read_target
from qaimagic.subroutines.phase_estimation.result import PhaseResult, apart

Floats = NDArray[np.float64]

_LEAST_WEIGHT = 1e-9
_ROUNDING = 1e-9


def solve(
    value: Any,
    state: Any,
    n_wires: int,
    time: float | None,
    device: Any,
    shots: int | None,
    seed: int,
) -> PhaseResult:
    """Estimate phases; see ``phase_estimation``."""
    begin = clock.perf_counter()
    target = read_target(value, time, n_wires)
    exact_seconds = clock.perf_counter() - begin
    start = read_start(state, target.wires, target.size)
    if len(start.wires) != len(target.wires):
        others = ", ".join(repr(wire) for wire in start.wires if wire not in target.wires)
        rule = "act on the wires of what it is given to"
        raise ValueError(requirement("state", rule, f"it acts on {others} as well"))
    register = auxiliary_wires(n_wires, "phase")
    begin = clock.perf_counter()
    gates = gates_of(target.unitary, register, target.wires)
    read = read_register(gates, start, register, device, shots, seed)
    seconds = clock.perf_counter() - begin
    exact, turns, weights = _levels(target, start.vector)
    values = target.values(np.arange(2**n_wires) / 2**n_wires)
    step = (1.0 if target.time is None else 2 * np.pi / abs(target.time)) / 2**n_wires
    best = float(values[read.probabilities.argmax()])
    gates_on_two, depth = costs_of(target.unitary, register, target.wires)
    remarks = (*target.remarks, start.remark) if start.remark else target.remarks
    return PhaseResult(
        value=best,
        resolution=step,
        nearest=float(exact[apart(exact, best, step * 2**n_wires).argmin()]),
        values=values,
        probabilities=read.probabilities,
        standard_errors=read.standard_errors,
        expected=weights @ fejer(turns, n_wires),
        exact=exact,
        weights=weights,
        turns=turns,
        n_wires=n_wires,
        time=target.time,
        queries=2**n_wires - 1,
        gates=gates_on_two,
        depth=depth,
        circuits=1,
        shots=read.shots,
        device=read.device,
        is_ideal=read.is_ideal,
        remarks=remarks,
        seconds=seconds,
        exact_seconds=exact_seconds,
    )


def _levels(target: Target, state: NDArray[np.complex128]) -> tuple[Floats, Floats, Floats]:
    """Return the exact values that a state has, their phases in turns, and its weights."""
    weights = np.abs(target.vectors.conj().T @ state) ** 2
    order = np.argsort(target.exact, kind="stable")
    exact, turns, weights = target.exact[order], target.phases[order], weights[order]
    unit = 1.0 if target.time is None else float(np.abs(exact).max())
    near = _ROUNDING * unit
    starts = np.flatnonzero(np.diff(exact, prepend=-np.inf) > near)
    together = np.add.reduceat(weights, starts)
    kept = starts[together > _LEAST_WEIGHT]
    return exact[kept], turns[kept], together[together > _LEAST_WEIGHT]
