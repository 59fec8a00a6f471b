"""Mends the gradients of ``default.mixed``, which are NaN in PennyLane 0.45 where a chance is 0.

It has chances as squares of square roots of the density matrix's diagonal, and the slope of a root
is infinite at 0. Here the device is asked for the diagonal itself, and averages and variances are
worked out from that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pennylane as qml
from pennylane.measurements import ExpectationMP, ProbabilityMP, VarianceMP
from pennylane.tape import QuantumScript, QuantumScriptBatch
from pennylane.transforms import split_to_single_terms
from pennylane.wires import Wires

from qaimagic.devices.diagonal import answer_from

_FROM_CHANCES = (ExpectationMP, VarianceMP, ProbabilityMP)
_OTHERWISE = ("Hermitian", "SparseHamiltonian")
"""Observables whose averages the device takes with their matrix."""


def with_finite_slopes(device: Any) -> Any:
    """Let a ``default.mixed``, which is changed, have gradients where outcomes never come."""
    own: Callable[..., Any] = device.preprocess_transforms

    def preprocess_transforms(execution_config: Any = None) -> Any:
        pipeline = own(execution_config)
        if execution_config is not None and execution_config.gradient_method == "backprop":
            pipeline.add_transform(split_to_single_terms)
            pipeline.add_transform(from_diagonals)
        return pipeline

    device.preprocess_transforms = preprocess_transforms
    return device


@qml.transform  # type: ignore[untyped-decorator]
def from_diagonals(tape: QuantumScript) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Measure chances on a tape that slopes can be taken of, and answer from these.

    Args:
        tape: The circuit; its observables have one term.
    """
    asked = [_asked(measurement) for measurement in tape.measurements]
    return (tape.copy(measurements=asked),), partial(_answers, tape, asked)


class _Diagonal(ProbabilityMP):  # type: ignore[misc]
    def process_density_matrix(self, density_matrix: Any, wire_order: Wires) -> Any:
        """Return chances of shape (..., 2**n), from a matrix of shape (..., 2**m, 2**m)."""
        every = range(qml.math.shape(density_matrix)[-1])
        chances = qml.math.real(density_matrix[..., every, every])
        wires = self.wires or wire_order
        places = [wire_order.index(wire) + 1 for wire in wires]
        others = [place for place in range(1, len(wire_order) + 1) if place not in places]
        cube = qml.math.reshape(chances, (-1, *[2] * len(wire_order)))
        cube = qml.math.transpose(cube, (0, *places, *others))
        shape = (*qml.math.shape(chances)[:-1], 2 ** len(wires), -1)
        return qml.math.sum(qml.math.reshape(cube, shape), axis=-1)


def _asked(measurement: Any) -> Any:
    is_other = measurement.obs is not None and measurement.obs.name in _OTHERWISE
    if not isinstance(measurement, _FROM_CHANCES) or is_other:
        return measurement
    if measurement.obs is not None:
        return _Diagonal(obs=measurement.obs)
    return _Diagonal(wires=measurement.wires, eigvals=measurement.eigvals())


def _answers(tape: QuantumScript, asked: list[Any], results: Any) -> Any:
    [result] = results
    columns = result if len(asked) > 1 else (result,)
    answers = tuple(
        answer_from(measurement, column) if isinstance(one, _Diagonal) else column
        for measurement, one, column in zip(tape.measurements, asked, columns, strict=True)
    )
    return answers if len(answers) > 1 else answers[0]
