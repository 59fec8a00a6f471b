"""What is left of a circuit where some wires read as they should.

Most quantum linear algebra succeeds only if auxiliary wires read 0. How often they do belongs to
every answer: the work is repeated until they do, or amplified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
import torch
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic._checks import check_int
from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.bridge.states import state_of
from qaimagic.devices import make, override
from qaimagic.devices.selection import Choice, check_choice_of, describe, resolve
from qaimagic.errors import DeviceError
from qaimagic.layers.declare import quantum
from qaimagic.layers.engine import NAME
from qaimagic.layers.takeover import suits

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Kept:
    """What is left where the flags read as they should.

    Attributes:
        probabilities: Of the wires' basis states under that condition, shape (2^n,); NaN where it
            never came.
        standard_errors: How far they scatter for their shots; None for exact answers.
        success: The probability that the flags read so.
        success_error: How far that scatters for its shots; None for exact answers.
        state: The amplitudes under that condition, shape (2^n,), where the engine simulates them
            exactly; else None, since no machine shows them.
        shots: How many shots the circuit had; None for exact answers.
        device: Where it ran.
        depth: Its depth in gates on two wires.
        gates: How many gates on two wires it has.
    """

    probabilities: Floats
    standard_errors: Floats | None
    success: float
    success_error: float | None
    state: NDArray[np.complex128] | None
    shots: int | None
    device: str
    depth: int
    gates: int


def keep(
    gates: Sequence[Any],
    flags: Mapping[Any, int],
    wires: Sequence[Any],
    *,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
) -> Kept:
    """Run gates, and return what is left where the flags read as they should.

    Args:
        gates: Operations of PennyLane, the first one acting first.
        flags: The bit that each flag must read.
        wires: The n wires that hold the answer; together with the flags all wires there are.
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.

    Raises:
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    if shots is not None:
        check_int("shots", shots, minimum=1)
    with override(device, shots=shots, seed=seed):
        choice = resolve(Choice())
        check_choice_of(choice)
        order = [*flags, *wires]
        _check_wires(choice, order)
        tape = QuantumScript(list(gates), [qml.probs(wires=order)])
        place = int("".join(map(str, flags.values())) or "0", 2)
        found: Floats | NDArray[np.complex128]
        if suits(choice, lambda: order):
            found = state_of(tape, make(NAME, order), order).numpy()
        else:
            found = _chances(tape, order)
    return summed_up(found.reshape(2 ** len(flags), -1)[place], choice, tape)


def summed_up(kept: Floats | NDArray[np.complex128], choice: Choice, tape: QuantumScript) -> Kept:
    """Return what is left of a circuit, with its errors and its costs.

    Args:
        kept: Where the flags read as they should, shape (2^n,): amplitudes if they are complex,
            else probabilities, or how often each outcome came of all shots.
        choice: Where the circuit ran, and with how many shots.
        tape: The circuit.
    """
    is_exact = np.iscomplexobj(kept)
    weights: Floats = np.abs(kept) ** 2 if is_exact else np.clip(kept.real, 0.0, None)
    success = float(min(1.0, weights.sum()))
    gates, depth = two_qubit_costs(tape)
    return Kept(
        probabilities=weights / success if success else np.full(len(weights), np.nan),
        standard_errors=_errors(weights, success, choice.shots),
        success=success,
        success_error=_error(success, choice.shots),
        state=kept / np.sqrt(success) if is_exact and success else None,
        shots=choice.shots,
        device=describe(choice.device),
        depth=depth,
        gates=gates,
    )


def _check_wires(choice: Choice, wires: Sequence[Any]) -> None:
    has = getattr(choice.device, "wires", None)
    if has is not None and (missing := [wire for wire in wires if wire not in has]):
        raise DeviceError(
            f"Device `{describe(choice.device)}` must have the wires of the circuit, but it lacks "
            f"{', '.join(map(repr, missing))}. A device that was made without wires takes any."
        )


def _chances(tape: QuantumScript, order: list[Any]) -> Floats:
    def body() -> object:
        for gate in tape.operations:
            qml.apply(gate)
        return qml.probs(wires=order)

    kind = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            chances: Floats = quantum(wires=order)(body)().reshape(-1).numpy()
    finally:
        torch.set_default_dtype(kind)
    return chances


def _error(chance: float, shots: int | None) -> float | None:
    return None if shots is None else float(scatter(np.array(chance), shots))


def _errors(weights: Floats, success: float, shots: int | None) -> Floats | None:
    if shots is None:
        return None
    if not success:
        return np.full(len(weights), np.nan)
    return scatter(weights / success, shots * success)


def scatter(shares: Floats, shots: float) -> Floats:
    """Return standard errors of shares; half a shot gives one to what never came, or always."""
    likely = (shots * shares + 0.5) / (shots + 1)
    errors: Floats = np.sqrt(likely * (1 - likely) / shots)
    return errors
