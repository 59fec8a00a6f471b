"""Turns a tape into a diagram: gates with the names of the weights and data they read."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pennylane as qml
import torch
from pennylane.measurements import MeasurementProcess
from pennylane.ops.op_math.condition import Conditional
from pennylane.tape import QuantumScript
from pennylane.wires import Wires
from torch import Tensor

from qaimagic.bridge.body import kind_of
from qaimagic.bridge.mapping import tensor_of
from qaimagic.drawing.diagram import Diagram, Gate, Measurement

_NAMES = {
    "PauliX": "X",
    "PauliY": "Y",
    "PauliZ": "Z",
    "Hadamard": "H",
    "Identity": "I",
    "MidMeasureMP": "measure",
}
_FRACTIONS = {1: "π", 2: "π/2", 3: "π/3", 4: "π/4", 6: "π/6", 8: "π/8"}


@torch.inference_mode(False)
def to_diagram(
    tape: QuantumScript,
    probes: Mapping[str, Tensor],
    *,
    wires: Sequence[Any],
    data: Sequence[str] = ("inputs",),
    title: str = "",
    decompose: bool = False,
) -> Diagram:
    """Return the picture's data for ``tape``.

    Args:
        tape: A circuit recorded on ``probes``.
        probes: The arguments it was recorded with, by name: tensors of pairwise different
            values that require grad, by which gate parameters are recognised.
        wires: The wire labels from top to bottom.
        data: The arguments that are data; all others are weights.
        title: The circuit's name.
        decompose: Whether to take templates apart into gates.
    """
    if decompose:
        [tape], _ = qml.devices.preprocess.decompose(
            tape, stopping_condition=lambda op: not _is_template(op), name="qaimagic"
        )
    rows = {label: row for row, label in enumerate(wires)}
    labels = _Labels(probes)
    return Diagram(
        wires=tuple(str(label) for label in wires),
        gates=tuple(_gate(operation, rows, labels) for operation in tape.operations),
        measurements=tuple(_measurement(m, rows) for m in tape.measurements),
        title=title,
        data=tuple(data),
    )


def ordered_wires(wires: Iterable[Any]) -> list[Any]:
    """Return wire labels from top to bottom: numbers sorted, else as they appear."""
    labels = list(wires)
    return sorted(labels) if all(isinstance(label, int) for label in labels) else labels


def wires_of(tapes: Sequence[QuantumScript], known: list[Any]) -> list[Any]:
    """Return ``known`` if it holds every wire of ``tapes``, else their own wires."""
    used = Wires.all_wires([tape.wires for tape in tapes])
    return known if set(used) <= set(known) else ordered_wires(used)


def _is_template(operation: Any) -> bool:
    return type(operation).__module__.startswith("pennylane.templates")


def _gate(operation: Any, rows: Mapping[Any, int], labels: _Labels) -> Gate:
    if isinstance(operation, Conditional):
        return _conditional(operation, rows, labels)
    controls = tuple(rows[wire] for wire in getattr(operation, "control_wires", ()))
    values = getattr(operation, "control_values", None) or [True] * len(controls)
    base = operation.base if controls and hasattr(operation, "base") else operation
    adjoint = type(base).__name__.startswith("Adjoint")
    named = base.base if adjoint else base
    return Gate(
        name=_NAMES.get(named.name, named.name),
        wires=tuple(rows[wire] for wire in operation.wires if rows[wire] not in controls),
        controls=controls,
        control_values=tuple(bool(value) for value in values),
        parameters=tuple(labels.of(value) for value in operation.parameters),
        adjoint=adjoint,
        is_template=_is_template(named),
    )


def _conditional(operation: Conditional, rows: Mapping[Any, int], labels: _Labels) -> Gate:
    gate = _gate(operation.base, rows, labels)
    condition = operation.meas_val
    asked = {rows[measured.wires[0]]: True for measured in condition.measurements}
    true_for = [values for values, holds in condition.items() if holds]
    if len(true_for) == 1 and len(asked) == len(condition.measurements):
        asked = dict(zip(asked, map(bool, true_for[0]), strict=True))
    asked = {row: value for row, value in asked.items() if row not in (*gate.wires, *gate.controls)}
    return replace(
        gate,
        controls=(*gate.controls, *asked),
        control_values=(*gate.control_values, *asked.values()),
    )


def _measurement(measurement: MeasurementProcess, rows: Mapping[Any, int]) -> Measurement:
    kind = kind_of(measurement)
    observable = measurement.obs
    wires = measurement.wires or list(rows)
    label = kind if observable is None else _observable_label(observable)
    if measurement.mv is not None:
        label = "m"
    return Measurement(kind, label, tuple(rows[wire] for wire in wires))


def _observable_label(observable: Any) -> str:
    words = observable.pauli_rep
    if words is not None and len(words) == 1:
        [(word, coefficient)] = words.items()
        factor = float(qml.math.real(coefficient))
        letters = "⊗".join(word[wire] for wire in observable.wires if wire in word) or "I"
        return letters if factor == 1 else f"{_number(factor)}·{letters}"
    if words is not None:
        return "ℋ"
    return str(_NAMES.get(observable.name, observable.name))


class _Labels:
    """Recognises a gate's parameter by the probe value it holds or depends on."""

    def __init__(self, probes: Mapping[str, Tensor]) -> None:
        self._probes = probes
        self._known: dict[float, tuple[str, tuple[int, ...]]] = {}
        for name, probe in probes.items():
            for position in itertools.product(*map(range, probe.shape)):
                self._known[float(probe.detach()[position])] = (name, position)

    def of(self, value: Any) -> str:
        """Return the label of a gate parameter (a scalar or an array)."""
        flat = tensor_of(value).reshape(-1)
        found = [self._known.get(float(v)) for v in flat.detach().real.tolist()]
        sources = [source for source in found if source is not None]
        if len(sources) == len(found) and sources:
            return self._indexed(sources)
        if isinstance(value, Tensor) and value.requires_grad:
            return self._expression(flat)
        return _number(flat.item()) if flat.numel() == 1 else f"array{tuple(qml.math.shape(value))}"

    def _indexed(self, sources: Sequence[tuple[str, tuple[int, ...]]]) -> str:
        names = list(dict.fromkeys(name for name, _ in sources))
        if len(names) > 1:
            return ", ".join(names)
        [name] = names
        if len(sources) == self._probes[name].numel():
            return (
                name
                if self._probes[name].dim() == 0 or len(sources) > 1
                else _at(name, sources[0][1])
            )
        common = []
        for axis in zip(*(position for _, position in sources), strict=True):
            if len(set(axis)) > 1:
                break
            common.append(axis[0])
        return _at(name, tuple(common)) if common else f"{name}[…]"

    def _expression(self, flat: Tensor) -> str:
        gradients = torch.autograd.grad(
            flat.real.sum(), list(self._probes.values()), allow_unused=True, retain_graph=True
        )
        entries = [
            (name, tuple(position), float(gradient[tuple(position)]))
            for (name, _), gradient in zip(self._probes.items(), gradients, strict=True)
            if gradient is not None
            for position in (gradient != 0).nonzero().tolist()
        ]
        if len(entries) == 1 and flat.numel() == 1:
            name, position, slope = entries[0]
            source = float(self._probes[name].detach()[position])
            if math.isclose(float(flat.detach()[0]), slope * source, rel_tol=1e-9):
                factor = "-" if slope == -1 else f"{_number(slope)}·"
                return f"{factor}{_at(name, position)}"
            return f"f({_at(name, position)})"
        if len(entries) <= 2:
            return f"f({', '.join(_at(name, position) for name, position, _ in entries)})"
        return f"f({', '.join(dict.fromkeys(name for name, _, _ in entries))})"


def _at(name: str, position: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, position))}]" if position else name


def _number(value: complex) -> str:
    if isinstance(value, complex):
        real, imag = _number(value.real), f"{_number(value.imag)}i"
        between = "+" if value.imag > 0 else ""
        return f"{real}{between}{imag}" if value.real else imag
    for denominator, text in _FRACTIONS.items():
        if math.isclose(abs(value), math.pi / denominator, rel_tol=1e-6):
            return f"-{text}" if value < 0 else text
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
