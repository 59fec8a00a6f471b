"""A variational energy as curves and in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Role, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.vqe.result import CHEMICAL_ACCURACY

if TYPE_CHECKING:
    from qaimagic.subroutines.vqe.result import VQEResult

_ROUNDING = 1e-10
_EQUAL = 1e-8


def picture_of(result: VQEResult) -> Picture:
    """Return energies and errors as curves; see ``VQEResult.plot``."""
    if result.operators:
        x, x_label = list(range(len(result.operators))), "operators"
        energies = np.array([row.energy for row in result.operators])
        scatter = np.array([row.standard_error or 0.0 for row in result.operators])
    else:
        energies = np.array([*(result.run.history.losses if result.run else []), result.energy])
        x, x_label = list(range(len(energies))), "step"
        scatter = np.zeros(len(energies))
        scatter[-1] = result.standard_error or 0.0
    name = "ADAPT-VQE" if result.operators else "VQE"
    unit = f" ({result.hamiltonian.unit})" if result.hamiltonian.unit else ""
    band = (energies - scatter, energies + scatter) if scatter[:-1].any() else None
    role: Role = "validation" if result.operators else "train"
    lines = [
        Series(name, x, energies, role, band=band),
        Series(result.baseline, [0], [result.baseline_energy], "reference"),
    ]
    panels = []
    exact = result.exact_energy
    if exact is not None:
        errors, notes = np.abs(energies - exact), [result.hamiltonian.unit]
        is_tiny = errors < _ROUNDING
        if result.standard_error is None and is_tiny.any():
            errors[is_tiny] = _ROUNDING
            notes.append(f"{_ROUNDING:g} stands for less")
        remark = "; ".join(filter(None, notes))
        label = f"|error| ({remark})" if remark else "|error|"
        marks = [Series(name, x, errors, role)]
        if result.hamiltonian.unit:
            accuracy = Series("chemical accuracy", [0], [CHEMICAL_ACCURACY], "reference")
            marks.append(accuracy)
        lines.append(Series("exact", [0], [exact], "reference"))
        panels.append(Curves(tuple(marks), label, x_label, log=True, best_x=x[-1]))
    panels.insert(0, Curves(tuple(lines), f"energy{unit}", x_label, best_x=x[-1]))
    return curves_picture(*panels, title=text_of(result))


def text_of(result: VQEResult) -> str:
    """Return what was found in one deterministic line."""
    unit = f" {result.hamiltonian.unit}" if result.hamiltonian.unit else ""
    energy = f"Energy {short_number(result.energy, 8)}"
    if result.standard_error is not None:
        energy = f"Energy {with_error(result.energy, result.standard_error)}"
    if result.operators:
        n = len(result.operators) - 1
        energy += f"{unit} with {n} operator{'s' * (n != 1)}"
    else:
        energy += unit
    exact = _against_exact(result, unit)
    baseline = f"{result.baseline} {short_number(result.baseline_energy, 8)}{unit}"
    share = result.recovered
    percent = None if share is None else round(100 * share, 1) + 0.0
    if percent is not None and 0 <= percent <= 100:  # no share: too high, or too low by luck
        baseline += f"; {percent:.1f}% of the correlation energy recovered"
    ending = f" {result.stop_message}" if result.operators else ""
    return f"{energy}, {exact} ({baseline}).{ending}"


def _against_exact(result: VQEResult, unit: str) -> str:
    if result.exact_energy is None or result.error is None:
        n = len(result.hamiltonian.wires)
        return f"the exact energy is not known: {n} wires are too many to diagonalise here"
    electrons = result.hamiltonian.electrons
    sector = "" if electrons is None else f" of {electrons} electron{'s' * (electrons != 1)}"
    exact = f"the exact energy{sector} {short_number(result.exact_energy, 8)}{unit}"
    size = short_number(abs(result.error), 2)
    if result.is_below_exact:
        return f"{size} BELOW {exact}: no state{sector} has such an energy, so something is wrong"
    if abs(result.error) <= _EQUAL * result.hamiltonian.reach:
        return f"the exact one{sector}"
    return f"{size} {'above' if result.error > 0 else 'below'} {exact}"
