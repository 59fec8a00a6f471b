"""A simulated evolution as bars and in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.histogram import Histogram, histogram_picture
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.hamiltonian_simulation.result import SimulationResult

_ROUNDING = 1e-13
_UNITS = {"qdrift": "word", "qsvt": "degree"}


def picture_of(result: SimulationResult) -> Picture:
    """Return what is shown of a result; see ``SimulationResult.plot``."""
    told = text_of(result)
    bars = Histogram(
        np.arange(len(result.probabilities), dtype=np.float64),
        np.nan_to_num(result.probabilities),
        "basis state",
        "probability",
        expected=result.exact_probabilities,
        expected_label="exact",
        errors=False if result.standard_errors is None else np.nan_to_num(result.standard_errors),
    )
    return histogram_picture(bars, title=told, text=told)


def text_of(result: SimulationResult) -> str:
    """Return what came out in one deterministic line."""
    said = [f"Hamiltonian simulation, {result.method}: {_steps(result)} for time {result.time:g}"]
    said += _errors(result)
    return " ".join([f"{'; '.join(said)}.", _costs(result), *_remarks(result)])


def _steps(result: SimulationResult) -> str:
    if result.method == "qsvt":
        steps = f"degree {result.steps:,}"
    else:
        steps = f"{result.steps:,} {_UNITS.get(result.method, 'step')}{'s' * (result.steps != 1)}"
    if result.method == "qdrift":
        steps += f" in each of {result.circuits:,} draw{'s' * (result.circuits != 1)}"
    if result.epsilon is None:
        return steps
    chosen = f"by the bound, for an error of {result.epsilon:g}"
    if result.enough is not None and result.enough < result.steps:
        chosen += f"; {result.enough:,} would have been enough"
    return f"{steps} ({chosen})"


def _errors(result: SimulationResult) -> list[str]:
    most, said = _most(result), []
    if result.method == "qdrift" and result.trace_distance is not None:
        said.append(f"trace distance of the channel {_small(result.trace_distance)}{most}")
    elif result.operator_error is not None:
        said.append(f"error in operator norm {_small(result.operator_error)}{most}")
    elif most:
        said.append(
            most.removeprefix(", ") if "too few" in most else f"error{most.removeprefix(',')}"
        )
    if result.infidelity is not None:
        if result.infidelity_error is None:
            said.append(f"infidelity {_small(result.infidelity)}")
        else:
            said.append(f"infidelity {with_error(result.infidelity, result.infidelity_error)}")
    elif result.total_variation is not None and result.success:
        said.append(f"total variation from the exact probabilities {_scatter(result)}")
    if result.exact_state is None:
        said.append(f"exact state not computed, {len(result.wires)} wires are too many")
    return said


def _most(result: SimulationResult) -> str:
    if result.bound is None or result.bound < _ROUNDING:
        return ""
    if result.bound >= (1 if result.method == "qdrift" else 2):
        return ", too few steps for its bound"
    return f", at most {short_number(result.bound, 2)} by the bound"


def _scatter(result: SimulationResult) -> str:
    told = short_number(result.total_variation or 0.0, 2)
    if result.standard_errors is None:
        return told
    errors, exact = result.standard_errors, result.exact_probabilities
    if result.method != "qdrift" and exact is not None and result.shots is not None:
        errors = np.sqrt(exact * (1 - exact) / (result.shots * result.success))
    expected = float(errors.sum() / np.sqrt(2 * np.pi))
    return f"{told}, {short_number(expected, 2)} expected of the scatter alone"


def _small(value: float) -> str:
    return "0 but for rounding" if value < _ROUNDING else short_number(value, 2)


def _costs(result: SimulationResult) -> str:
    gates = f"{result.gates:,} gate{'s' * (result.gates != 1)} on two wires, depth {result.depth:,}"
    if result.method == "qsvt":
        calls = f"{result.queries:,} call{'s' * (result.queries != 1)} of the block encoding"
        return f"{calls}, {gates}."
    return f"{result.exponentials:,} exponential{'s' * (result.exponentials != 1)}, {gates}."


def _remarks(result: SimulationResult) -> list[str]:
    remarks = list(result.remarks)
    if result.amplified_success is not None and result.success:
        chance = short_number(result.success, 3)
        if result.success_error is not None:
            chance = with_error(result.success, result.success_error)
        remarks.append(
            f"The auxiliary wires read 0 with a chance of {chance}; oblivious amplification "
            f"(modelled) would make it {result.amplified_success:.3f} with three times the calls."
        )
    if not result.success:
        remarks.append("The auxiliary wires never read 0: more shots are needed.")
    if not result.is_ideal:
        remarks.append(f"`{result.device}` is no ideal machine.")
    if not result.is_complete:
        remarks.append("Interrupted: the mean is that of the draws that ran.")
    return remarks
