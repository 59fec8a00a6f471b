"""A circuit that grows from a first state, gate by gate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import short_number
from qaimagic.subroutines.vqe.ansatz import chain, set_angles
from qaimagic.subroutines.vqe.energies import Setting, measure, size, slopes, train
from qaimagic.subroutines.vqe.hamiltonian import Hamiltonian
from qaimagic.subroutines.vqe.pool import Candidate
from qaimagic.subroutines.vqe.product_states import ProductState, baseline_of, basis_state
from qaimagic.subroutines.vqe.result import Growth, VQEResult
from qaimagic.training.loop.streams import derive

_GOES_ON = ("finished", "patience")


def reference_of(bits: Any, hamiltonian: Hamiltonian) -> ProductState:
    """Return the state that a circuit grows from.

    Args:
        bits: One bit for each wire, or None for the state of the baseline.
        hamiltonian: The Hamiltonian.

    Raises:
        ValueError: If there are not as many bits as wires, or others than 0 and 1.
    """
    if bits is None:
        return baseline_of(hamiltonian)
    listed, n = list(bits), len(hamiltonian.wires)
    if len(listed) != n or any(bit not in (0, 1) for bit in listed):
        rule = f"be {n} bits, one for each wire"
        raise ValueError(requirement("reference", rule, f"it is {bits!r}"))
    return basis_state(hamiltonian, listed)


def slopes_of(
    hamiltonian: Hamiltonian,
    first: ProductState,
    chosen: Sequence[Candidate],
    angles: Sequence[float],
    pool: Sequence[Candidate],
    setting: Setting,
) -> tuple[Tensor, int]:
    """Return the slope of the energy by each gate of the pool at angle 0, and circuits used.

    All of them are appended at once; at angle 0 none changes what the others see.

    Args:
        hamiltonian: The Hamiltonian.
        first: The first state.
        chosen: The gates so far.
        angles: Their angles.
        pool: The candidates.
        setting: How it is measured.
    """
    layer = chain(hamiltonian, first, [*chosen, *pool])
    set_angles(layer, angles)
    return slopes(layer, setting)[len(chosen) :], layer.circuits


def grow(
    hamiltonian: Hamiltonian,
    first: ProductState,
    pool: Sequence[Candidate],
    setting: Setting,
    tolerance: float,
    max_operators: int,
) -> VQEResult:
    """Grow a circuit until no gate helps, and return its energy with a row for each gate."""
    start, circuits = time.perf_counter(), 0
    exact = hamiltonian.ground_energy
    chosen: list[Candidate] = []
    angles: list[float] = []
    rows = [Growth("", 0.0, 0.0, first.energy, None, _above(first.energy, exact), 0)]
    layer, run = chain(hamiltonian, first, []), None
    while True:
        # Shots of their own at each step: luck in choosing a gate must not come again in training.
        now = replace(setting, seed=derive(setting.seed, len(chosen)))
        gradients, used = slopes_of(hamiltonian, first, chosen, angles, pool, now)
        circuits += used
        norm = float(gradients.norm())
        if norm < tolerance:
            message = f"The gradient norm, {short_number(norm, 2)}, is below {tolerance:g}."
            break
        if len(chosen) == max_operators:
            norm_now = f"the gradient norm is {short_number(norm, 2)}"
            message = f"No more than {max_operators} may be added; {norm_now}."
            break
        best = int(gradients.abs().argmax())
        chosen.append(pool[best])
        layer = chain(hamiltonian, first, chosen)
        set_angles(layer, angles)
        run = train(layer, now)
        angles = layer.get_parameter("theta").tolist()
        energy, error = measure(layer, now)
        circuits += layer.circuits
        above = _above(energy, exact)
        slope = float(gradients[best])
        rows.append(Growth(pool[best].name, slope, norm, energy, error, above, circuits))
        print(_line(len(chosen), rows[-1], hamiltonian.unit))
        if run.stop_reason not in _GOES_ON:
            message = run.stop_message
            break
    shots, depth = size(layer, setting)
    return VQEResult(
        energy=rows[-1].energy,
        standard_error=rows[-1].standard_error,
        exact_energy=exact,
        baseline_energy=first.energy,
        baseline=first.name,
        run=run,
        layer=layer,
        operators=tuple(rows),
        hamiltonian=hamiltonian,
        circuits=circuits,
        shots=shots,
        depth=depth,
        seconds=time.perf_counter() - start,
        stop_message=message,
    )


def _above(energy: float, exact: float | None) -> float | None:
    return None if exact is None else energy - exact


def _line(number: int, row: Growth, unit: str) -> str:
    energy = f"{short_number(row.energy, 8)} {unit}".rstrip()
    slope = short_number(abs(row.gradient), 3)
    return f"{number}. {row.operator}: slope {slope}, energy {energy}"
