"""``hhl``: a system of linear equations by phase estimation.

It imports without torch and PennyLane.
"""

from __future__ import annotations

import time as clocks
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, check_shots, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.linear_systems.result import LinearSolution

_MOST_WIRES = 16


def hhl(
    matrix: Any,
    vector: Any,
    *,
    epsilon: float = 0.01,
    clock_wires: int | None = None,
    time: float | None = None,
    condition: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
) -> LinearSolution:
    r"""Solve a system of linear equations by the algorithm of Harrow, Hassidim and Lloyd.

    .. math:: |b\rangle = \sum_j \beta_j |u_j\rangle \mapsto
        \sum_j \beta_j \frac{C}{\lambda_j} |u_j\rangle \propto A^{-1} |b\rangle

    Phase estimation of :math:`e^{iAt}` writes the eigenvalues into a clock, each tick turns a
    flag by its inverse, and phase estimation is undone. The solution is there where the flag reads
    1 and the clock 0; that probability is of the order of :math:`1 / \kappa^2`, and belongs to the
    cost. Simulated, :math:`e^{iAt}` and the state b are exact; a machine would have to simulate
    the one and load the other.

    A matrix that is not Hermitian is dilated, one whose size is no power of two padded. Negative
    eigenvalues read the upper half of the clock. Where the time is not given, it is chosen by the
    eigenvalues, which a machine does not know, and the clock starts uniform or as half a sine,
    whichever errs less.

    Args:
        matrix: A, shape (n, n) with n at most 32, invertible, or an operator of PennyLane.
        vector: b, shape (n,), not zero; it need not be normalised.
        epsilon: The relative error of x that the clock is chosen for.
        clock_wires: How many wires the clock has; by default as few as do for ``epsilon``, 9 at
            most.
        time: How long A acts in one evolution :math:`e^{iAt}`, above 0 and such that no eigenvalue
            passes the end of the clock.
        condition: The condition number to count on, instead of that of A. Eigenvalues below the
            largest over this are not inverted.
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact amplitudes.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The solution beside numpy's, with its error, success probability and costs.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the matrix is not square or not invertible, the vector does not fit, or a
            number is out of bounds.
        DeviceError: If there is no such device, or it cannot run the circuit.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> result = qaimagic.hhl([[1, -1 / 3], [-1 / 3, 1]], [1, 0])
        >>> result.solution.real.round(6), round(result.success, 4)
        (array([1.125, 0.375]), 0.625)

    References:
        Harrow, Hassidim, Lloyd, PRL 103 (2009) 150502, arXiv:0811.3171;
        Zaman et al., arXiv:2108.09004 (step by step).
    """
    check_int("seed", seed, minimum=0)
    if clock_wires is not None:
        check_int("clock_wires", clock_wires, minimum=1)
    check_shots(shots)
    if time is not None:
        check_number("time", time, above=0)
    if condition is not None:
        check_number("condition", condition, minimum=1)
    import numpy as np

    from qaimagic.subroutines.linear_systems.clock import FEWEST_WIRES, MOST_WIRES, clock_for
    from qaimagic.subroutines.linear_systems.phase_estimation import hhl_circuit
    from qaimagic.subroutines.linear_systems.reading import solution_of
    from qaimagic.subroutines.linear_systems.system import read_system
    from qaimagic.subroutines.qsvt.making import check_error
    from qaimagic.training.loop.streams import derive

    check_error(epsilon)
    start = clocks.perf_counter()
    system = read_system(matrix, vector, hermitian=True)
    eigenvalues, eigenvectors = np.linalg.eigh(system.fitted)
    if time is not None:
        limit = np.pi if eigenvalues[0] < 0 else 2 * np.pi
        if time * system.norm >= limit:
            rule = f"be below {limit / system.norm:.6g}, so that no eigenvalue passes the clock"
            raise ValueError(requirement("time", rule, f"it is {time:g}"))
    room = _MOST_WIRES - 1 - len(system.wires)
    if room < FEWEST_WIRES:
        rule = f"leave a clock {FEWEST_WIRES} of {_MOST_WIRES} wires"
        raise ValueError(requirement("matrix", rule, f"its shape is {system.matrix.shape}"))
    if clock_wires is not None and clock_wires > room:
        rule = f"be {room} at most, for {_MOST_WIRES} wires in all"
        raise ValueError(requirement("clock_wires", rule, f"it is {clock_wires}"))
    expected = system.condition if condition is None else min(condition, system.condition)
    counts = (
        range(FEWEST_WIRES, min(MOST_WIRES, room) + 1) if clock_wires is None else (clock_wires,)
    )
    clock = clock_for(eigenvalues, expected, epsilon, counts, time)
    prepared = hhl_circuit(
        system,
        clock,
        eigenvalues,
        eigenvectors,
        device=device,
        shots=shots,
        seed=derive(seed, "shots"),
    )
    warnings = []
    if condition is not None and system.condition > condition * (1 + 1e-9):
        warnings.append(
            f"The condition number {system.condition:.3g} is beyond {condition:.3g}, which was "
            "counted on: the smallest eigenvalues are not inverted."
        )
    if clock.bound > epsilon:
        warnings.append(
            f"The clock of {clock.n_wires} wires errs by up to {clock.bound:.2g}, more than "
            f"{epsilon:g}: it is too coarse for this condition number."
        )
    shape = "uniform" if clock.is_uniform else "half a sine"
    chosen = "its start and t are" if time is None else "its start is"
    also = ", and C by the condition number" if condition is None else ""
    notes = (
        f"a clock of {clock.n_wires} wires that starts {shape}, t = {clock.time:.4g}",
        f"{chosen} chosen by the eigenvalues{also}, which a machine does not know",
    )
    with nullcontext() if budget is None else spending(budget):
        return solution_of(
            "hhl",
            system,
            prepared,
            bound=clock.bound + 1e-9,
            start=start,
            notes=notes,
            warnings=tuple(warnings),
        )
