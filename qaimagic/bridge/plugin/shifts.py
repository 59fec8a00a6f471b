r"""Gradients by shift rules: all shifted circuits of a batch in one go, exactly or with shots.

Parameters turn a circuit through rotations :math:`e^{-i \theta P / 2}`, some of them controlled.
Each rotation is shifted on its own; the chain rule does the rest.

References:
    Mitarai et al., Phys. Rev. A 98, 032309 (2018), arXiv:1803.00745; four terms for controlled
    rotations: Anselmetti et al., New J. Phys. 23, 113010 (2021), arXiv:2104.05695.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from pennylane import measurements as mp
from pennylane.devices import ExecutionConfig
from pennylane.math import Interface
from pennylane.operation import Channel
from pennylane.ops.mid_measure import MidMeasure
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.plugin.binding import with_leaves
from qaimagic.bridge.plugin.flat import leaves
from qaimagic.bridge.plugin.rows import LoweredTape, lowered
from qaimagic.bridge.readout import Readout, readout
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation

WordValues = Callable[[Circuit, Any], Any]
"""Exact or sampled values of words, (rows, n_words), by a circuit's angles, (rows, n_varied); of a
circuit without words its states, (rows, 2**n_wires), as far as their probabilities go."""

SHIFT = "parameter-shift"

Terms = tuple[tuple[float, float], ...]
"""Pairs of a shift in radians and a factor: the derivative is the sum of factor times value."""

Shift = tuple[int, float, float]
"""The place of an angle, what is added to it, and the factor of the value there."""

_MAX_NUMBERS = 2**22
_ROOT = math.sqrt(2)
_NEAR, _FAR = (_ROOT + 1) / (4 * _ROOT), (_ROOT - 1) / (4 * _ROOT)
_PLAIN: Terms = ((math.pi / 2, 0.5), (-math.pi / 2, -0.5))
_PHASE: Terms = ((math.pi, 0.25), (-math.pi, -0.25))
_CONTROLLED: Terms = (
    (math.pi / 2, _NEAR),
    (-math.pi / 2, -_NEAR),
    (3 * math.pi / 2, -_FAR),
    (-3 * math.pi / 2, _FAR),
)


def owns_shifts(config: ExecutionConfig | None, tape: QuantumScript | None) -> bool:
    """Return whether the device takes the shift rule into its own hands.

    It does for first derivatives by torch, by the standard rule; PennyLane does the rest.
    """
    if config is None or tape is None or config.interface != Interface.TORCH:
        return False
    by_shots = config.gradient_method == "best" and bool(tape.shots)
    if not by_shots and config.gradient_method != SHIFT:
        return False
    standard = config.derivative_order == 1 and not config.gradient_keyword_arguments
    return standard and can_shift(tape)


def shifting(config: ExecutionConfig) -> ExecutionConfig:
    """Return ``config`` with the device's own shift rule for the gradient method."""
    return replace(
        config,
        gradient_method=SHIFT,
        use_device_gradient=True,
        use_device_jacobian_product=True,
        grad_on_execution=False,
    )


class Cotangents(tuple[Any, ...]):
    """Arrays of several shapes, in a form in which PennyLane can ask whether they are empty."""

    __slots__ = ()

    def squeeze(self) -> Any:
        """Return an array that is empty if there are no cotangents."""
        return np.empty(len(self))


def can_shift(tape: QuantumScript) -> bool:
    """Return whether :func:`shift_pullback` gives the gradients of ``tape``."""
    if any(isinstance(operation, MidMeasure | Channel) for operation in tape.operations):
        return False
    linear = all(isinstance(m, mp.ExpectationMP | mp.ProbabilityMP) for m in tape.measurements)
    if tape.shots.has_partitioned_shots or not linear:
        return False
    n_gate_parameters = sum(operation.num_params for operation in tape.operations)
    if any(index >= n_gate_parameters for index in tape.trainable_params):
        return False
    try:
        standard = tape.map_to_standard_wires()
        is_read = bool(_reading(standard).words) or all(map(_is_of_bits, tape.measurements))
        return is_read and lowered(standard).start is None
    except NotNativeError:
        return False


def shift_pullback(
    tape: QuantumScript, cotangents: Any, word_values: WordValues
) -> tuple[Cotangents, int]:
    """Return the cotangents of the trainable parameters, and how often the circuit was shifted.

    Args:
        tape: One circuit, or a broadcast one, for which :func:`can_shift` holds.
        cotangents: Those of its measurements, each of the shape of the answer.
        word_values: Runs the shifted circuits.
    """
    with torch.enable_grad():
        [bound], [parameters] = with_leaves([tape])
        member = lowered(bound.map_to_standard_wires())
    reading = _reading(tape.map_to_standard_wires())
    circuit, factors, plan = _by_angle(member, reading)
    angles = _slot_values(member) @ factors.T
    weights = [np.reshape(part, (member.n_rows, -1)) for part in leaves(cotangents)]
    slopes = np.zeros_like(angles)
    room = max(1, _MAX_NUMBERS // (member.n_rows * max(2**circuit.n_wires, circuit.n_varied)))
    for start in range(0, len(plan), room):
        part = plan[start : start + room]
        shifted = np.repeat(angles[np.newaxis], len(part), axis=0)
        for index, (place, shift, _) in enumerate(part):
            shifted[index, :, place] += shift
        words = word_values(circuit, shifted.reshape(-1, angles.shape[1]))
        answers = reading.assemble(torch.as_tensor(words))
        gains = sum(
            (answer.numpy().reshape(len(part), member.n_rows, -1) * weight).sum(axis=-1)
            for answer, weight in zip(answers, weights, strict=True)
        )
        for gain, (place, _, factor) in zip(gains, part, strict=True):
            slopes[:, place] += factor * gain
    return _chained(member, slopes @ factors, parameters), len(plan)


def _is_of_bits(measurement: Any) -> bool:
    is_probability = isinstance(measurement, mp.ProbabilityMP)
    return is_probability and measurement.obs is None and measurement.mv is None


def _reading(standard: QuantumScript) -> Readout:
    wires = {wire: wire for wire in range(standard.num_wires)}
    return readout(standard.measurements, wires, standard.num_wires)


def _by_angle(member: LoweredTape, reading: Readout) -> tuple[Circuit, Any, list[Shift]]:
    """Return a circuit whose varied parameters are its angles, angles by slot, and the shifts."""
    operations: list[Rotation | Flip] = []
    rows: list[Any] = []
    plan: list[Shift] = []
    wanted = {slot for slot, value in enumerate(member.values) if _wants_gradient(value)}
    for operation in member.circuit.operations:
        if isinstance(operation, Rotation) and operation.angle.terms:
            row = np.zeros(len(member.values))
            for slot, factor in operation.angle.terms:
                row[slot] = factor
            if any(slot in wanted for slot, _ in operation.angle.terms):
                plan += [(len(rows), shift, factor) for shift, factor in _terms(operation)]
            angle = Angle(((len(rows), 1.0),), operation.angle.offset)
            operation = replace(operation, angle=angle)
            rows.append(row)
        operations.append(operation)
    n_wires = member.circuit.n_wires
    circuit = Circuit(n_wires, 0, len(rows), tuple(operations), reading.words)
    return circuit, np.reshape(rows, (len(rows), len(member.values))), plan


def _terms(rotation: Rotation) -> Terms:
    if rotation.word:
        return _CONTROLLED if rotation.controls else _PLAIN
    return _PHASE if rotation.controls else ()


def _wants_gradient(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _slot_values(member: LoweredTape) -> Any:
    values = np.empty((member.n_rows, len(member.values)))
    for slot, value in enumerate(member.values):
        values[:, slot] = value.detach().numpy() if isinstance(value, Tensor) else value
    return values


def _chained(member: LoweredTape, slopes: Any, parameters: list[Tensor]) -> Cotangents:
    """Pull the slopes of the slots, (rows, slots), back to the parameters of the tape."""
    outputs, weights = [], []
    for slot, value in enumerate(member.values):
        if _wants_gradient(value):
            slope = torch.as_tensor(slopes[:, slot])
            outputs.append(value)
            weights.append(slope if value.dim() else slope.sum())
    if not outputs:
        return Cotangents(np.zeros(parameter.shape) for parameter in parameters)
    found = torch.autograd.grad(outputs, parameters, weights, materialize_grads=True)
    return Cotangents(gradient.numpy() for gradient in found)
