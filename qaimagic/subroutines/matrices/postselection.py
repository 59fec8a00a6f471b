"""What is left of a circuit where some wires read as they should.

Most quantum linear algebra succeeds only if auxiliary wires read 0. How often they do belongs to
every answer: the work is repeated until they do, or amplified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pennylane as qml
import torch
from numpy.typing import NDArray
from pennylane.operation import StatePrepBase
from pennylane.tape import QuantumScript

from qaimagic._checks import check_int
from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.bridge.states import state_of
from qaimagic.devices import make, override
from qaimagic.devices.selection import Choice, check_choice_of, describe, resolve
from qaimagic.errors import DeviceError
from qaimagic.layers.declare import quantum
from qaimagic.layers.engine import NAME
from qaimagic.layers.takeover import is_ideal, suits
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.training.loop.streams import derive

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
        is_ideal: Whether that is an ideal machine.
        circuit: The circuit.
    """

    probabilities: Floats
    standard_errors: Floats | None
    success: float
    success_error: float | None
    state: Vector | None
    shots: int | None
    device: str
    is_ideal: bool
    circuit: QuantumScript

    @property
    def depth(self) -> int:
        """The depth of the circuit in gates on two wires, without loading amplitudes."""
        return self._costs[1]

    @property
    def gates(self) -> int:
        """How many gates on two wires it has, counted alike."""
        return self._costs[0]

    @cached_property
    def _costs(self) -> tuple[int, int]:
        counted = [gate for gate in self.circuit.operations if not isinstance(gate, StatePrepBase)]
        return two_qubit_costs(QuantumScript(counted))


def keep(
    gates: Sequence[Any],
    flags: Mapping[Any, int],
    wires: Sequence[Any],
    *,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    amplitudes: Callable[[], Vector] | None = None,
) -> Kept:
    """Run gates, and return what is left where the flags read as they should.

    Shots of an ideal simulator are drawn from its state.

    Args:
        gates: Operations of PennyLane, the first one acting first.
        flags: The bit that each flag must read.
        wires: The n wires that hold the answer; together with the flags all wires there are.
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.
        amplitudes: Gives what is kept, shape (2^n,), where an ideal simulator has a quicker way
            than gate by gate.

    Raises:
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    if shots is not None:
        check_int("shots", shots, minimum=1)
    order = [*flags, *wires]
    place = int("".join(map(str, flags.values())) or "0", 2)
    tape = QuantumScript(list(gates), [qml.probs(wires=order)])
    with override(device, shots=shots, seed=seed):
        choice = resolve(Choice())
        check_choice_of(choice)
        _check_wires(choice, order)
        if not suits(replace(choice, shots=None), lambda: order):
            chances = _chances(tape, order).reshape(2 ** len(flags), -1)[place]
            return _summed_up(chances, None, choice, tape)
        if amplitudes is None:
            whole = state_of(tape, make(NAME, order), order).numpy()
            state = whole.reshape(2 ** len(flags), -1)[place]
        else:
            state = amplitudes()
    chances = np.abs(state) ** 2
    if choice.shots is None:
        return _summed_up(chances, state, choice, tape)
    rng = np.random.default_rng(derive(seed, "shots"))
    counts = rng.multinomial(choice.shots, [*chances, max(0.0, 1 - chances.sum())])
    return _summed_up(counts[:-1] / choice.shots, None, choice, tape)


def _summed_up(chances: Floats, state: Vector | None, choice: Choice, tape: QuantumScript) -> Kept:
    weights: Floats = np.clip(chances, 0.0, None)
    success = float(min(1.0, weights.sum()))
    return Kept(
        probabilities=weights / success if success else np.full(len(weights), np.nan),
        standard_errors=_errors(weights, success, choice.shots),
        success=success,
        success_error=_error(success, choice.shots),
        state=state / np.sqrt(success) if state is not None and success else None,
        shots=choice.shots,
        device=describe(choice.device),
        is_ideal=is_ideal(replace(choice, shots=None)),
        circuit=tape,
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

    layer = quantum(wires=order)(body)
    with torch.no_grad():
        # As the device says them: a layer's answers have the precision that weights have.
        answers = layer.circuit.run({}, {}, layer.runner.job(layer.circuit))
    chances: Floats = torch.as_tensor(answers[0]).reshape(-1).to(torch.float64).numpy()
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
