"""From a circuit that was prepared to a solution: run, read, and put beside numpy."""

from __future__ import annotations

import time

import numpy as np

from qaimagic.subroutines.linear_systems.classical import solve_classically
from qaimagic.subroutines.linear_systems.prepared import Prepared
from qaimagic.subroutines.linear_systems.result import LinearSolution
from qaimagic.subroutines.linear_systems.system import LinearSystem
from qaimagic.training.run import TrainingRun


def solution_of(
    method: str,
    system: LinearSystem,
    prepared: Prepared,
    *,
    bound: float,
    start: float,
    notes: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    circuits: int = 1,
    run: TrainingRun | None = None,
) -> LinearSolution:
    """Run a circuit, and return the solution that is left where its flags fit.

    Args:
        method: The method, as its function is called.
        system: What was to be solved.
        prepared: The circuit; x is its ``scale`` times the amplitudes that are kept.
        bound: The relative error that the method states.
        start: When all this began, by ``time.perf_counter``.
        notes: What was chosen, in words.
        warnings: Why the answer is not to be trusted.
        circuits: How many circuits were submitted, this one included.
        run: The record of training, if there is one.
    """
    kept = prepared.run()
    size = abs(prepared.scale)
    within = kept.probabilities[: system.size]
    share = float(within.sum())
    solution = None
    if kept.state is not None:
        solution = prepared.scale * np.sqrt(kept.success) * kept.state[: system.size]
    norm, norm_error = size * np.sqrt(kept.success * share), None
    if kept.success_error is not None:
        spread = kept.success_error / (2 * np.sqrt(kept.success)) if kept.success else np.nan
        norm_error = float(np.hypot(size * spread, prepared.scale_error * np.sqrt(kept.success)))
    errors = kept.standard_errors
    if not kept.success:
        warnings = (*warnings, "The flags never read as they should: more shots are needed.")
    return LinearSolution(
        method=method,
        system=system,
        solution=solution,
        probabilities=within / share if share else np.full(system.size, np.nan),
        standard_errors=None if errors is None else errors[: system.size],
        norm=float(norm) if kept.success else np.nan,
        norm_error=norm_error,
        success=kept.success,
        success_error=kept.success_error,
        bound=bound,
        circuits=circuits,
        shots=kept.shots,
        n_wires=len(prepared.flags) + len(prepared.wires),
        depth=kept.depth,
        gates=kept.gates,
        device=kept.device,
        is_ideal=kept.is_ideal,
        seconds=time.perf_counter() - start,
        classical=solve_classically(system),
        notes=notes,
        warnings=warnings,
        prepared=prepared,
        run=run,
    )
