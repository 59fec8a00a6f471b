r"""Readout inversion: measure how often wires are misread, and take that back.

Two circuits calibrate the wires that are read, one with all of them in 0 and one with all in 1.
Each wire gets a confusion matrix :math:`A_w` of its own. Chances of outcomes, as they are read, are

.. math:: p_\text{read} = \bigotimes_w A_w \; p_\text{true}

and are multiplied by the inverse; expectation values and variances follow from them. A machine
reads the wires of different circuits in different places, so that the calibrating circuits are
pinned to the places where its compiler has put a circuit.

It takes out readout errors alone, makes shot noise a little larger, and counts the error of the
gates that prepare ones as a readout error. Wires that disturb each other while they are read are
not in the model. Chances may come out a little below 0 and are left so, since cutting them off
would bias averages.

References:
    Bravyi et al., Phys. Rev. A 103, 042605 (2021), doi:10.1103/PhysRevA.103.042605.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import pennylane as qml
from pennylane.devices import ExecutionConfig
from pennylane.measurements import ExpectationMP, ProbabilityMP, VarianceMP
from pennylane.tape import QuantumScript, QuantumScriptBatch
from pennylane.transforms import split_non_commuting
from pennylane.transforms.core import CompilePipeline

from qaimagic.devices.diagonal import answer_from, diagonal, of_same_gates, only
from qaimagic.devices.machines.machine import Machine
from qaimagic.devices.machines.tables import Pin
from qaimagic.devices.mitigation.confusion import Confusion, unmixed
from qaimagic.devices.noise import noisy
from qaimagic.errors import DeviceError

_INVERTED = (ExpectationMP, VarianceMP, ProbabilityMP)
_MAX_WIRES = 16

Prepared = Callable[[Sequence[Any], int | None], Any]
"""Runs circuits with all of some wires in 0, and in 1, and gives the chances of each wire."""


def with_inversion(device: Any, noise: Mapping[str, float]) -> Any:
    """Let a PennyLane device, which is changed, answer as `inverted` does.

    Args:
        device: A machine, or a device that is given noise of one's own afterwards.
        noise: That noise.
    """
    own: Callable[..., Any] = device.preprocess_transforms
    is_machine = isinstance(device, Machine)
    runs = _on_machine(device) if is_machine else _with_channels(device, own, noise)
    calibration = Calibration(runs)

    def places(tape: QuantumScript) -> Mapping[Any, Hashable]:
        return device.read_at(tape) if is_machine else {w: w for w in device.wires or tape.wires}

    def preprocess_transforms(execution_config: Any = None) -> Any:
        ahead, inversion = CompilePipeline(), CompilePipeline()
        ahead.add_transform(_checked)
        inversion.add_transform(inverted, calibration, places)
        if is_machine:
            return ahead + own(execution_config) + inversion
        ahead.add_transform(split_non_commuting)
        ahead.add_transform(_wire_by_wire)
        ahead.add_transform(diagonal)
        return ahead + inversion + own(execution_config)

    device.preprocess_transforms = preprocess_transforms
    return device


class Calibration:
    """How the wires of a device are misread: measured when first asked for, then known.

    Args:
        runs: What runs the two circuits.
    """

    def __init__(self, runs: Prepared) -> None:
        self._runs = runs
        self._known: dict[int | None, dict[Hashable, Confusion]] = {}

    def of(self, places: Sequence[Hashable], shots: int | None) -> list[Confusion]:
        """Return how each of some wires is misread, as far as so many shots can tell."""
        known = self._known.setdefault(shots, {})
        if fresh := [place for place in dict.fromkeys(places) if place not in known]:
            for place, in_zero, in_one in zip(fresh, *self._runs(fresh, shots), strict=True):
                known[place] = Confusion(float(in_zero[1]), float(in_one[0]))
        return [known[place] for place in places]


@qml.transform  # type: ignore[untyped-decorator]
def inverted(
    tape: QuantumScript,
    calibration: Calibration,
    places: Callable[[QuantumScript], Mapping[Any, Hashable]],
) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Measure chances on a tape, and answer from these as they were before wires were misread.

    Args:
        tape: The circuit; its measurements are diagonal.
        calibration: How wires are misread.
        places: Tells where each measured wire of a tape is read.
    """
    at = places(tape)
    read = [list(measurement.wires or at) for measurement in tape.measurements]
    if (most := max(map(len, read))) > _MAX_WIRES:
        raise DeviceError(
            f"`readout` inverts answers that are read off {_MAX_WIRES} wires at most, but one "
            f"needs {most}. Leave it out of `mitigate`, or measure fewer wires at a time."
        )
    wires = list(dict.fromkeys(wire for some in read for wire in some))
    found = calibration.of([at[wire] for wire in wires], tape.shots.total_shots)
    misread = dict(zip(wires, found, strict=True))
    asked = of_same_gates(tape, [qml.probs(wires=some) for some in read])
    confusions = [[misread[wire] for wire in some] for some in read]
    return (asked,), partial(_answers, tape, confusions)


def _answers(tape: QuantumScript, confusions: list[list[Confusion]], results: Any) -> Any:
    [result] = results
    if tape.shots.has_partitioned_shots:
        return tuple(_of_one_bin(tape, confusions, part) for part in result)
    return _of_one_bin(tape, confusions, result)


def _of_one_bin(tape: QuantumScript, confusions: list[list[Confusion]], result: Any) -> Any:
    columns = result if len(tape.measurements) > 1 else [result]
    answers = tuple(
        answer_from(measurement, unmixed(chances, theirs))
        for measurement, chances, theirs in zip(tape.measurements, columns, confusions, strict=True)
    )
    return answers if len(answers) > 1 else answers[0]


@qml.transform  # type: ignore[untyped-decorator]
def _checked(tape: QuantumScript) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    for measurement in tape.measurements:
        if not isinstance(measurement, _INVERTED):
            kind = type(measurement).__name__.removesuffix("MP")
            raise DeviceError(
                "`readout` inverts expectation values, variances and probabilities, but "
                f"`{kind}` is asked for. Leave it out of `mitigate`, or measure one of these."
            )
    return (tape,), only


@qml.transform  # type: ignore[untyped-decorator]
def _wire_by_wire(tape: QuantumScript) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Check that each wire is read for itself: channels misread wires, whatever their basis."""
    for measurement in tape.measurements:
        if any(len(gate.wires) > 1 for gate in measurement.diagonalizing_gates()):
            raise DeviceError(
                f"`readout` inverts what is read off single wires, but `{measurement.obs.name}` "
                "has entangled eigenstates. Leave it out of `mitigate`, or measure Pauli words."
            )
    return (tape,), only


def _on_machine(machine: Machine) -> Prepared:
    def run(places: Sequence[int], shots: int | None) -> Any:
        wires = range(len(places))
        flips = [qml.X(wire) for wire in wires]
        reading = [qml.probs(wires=wire) for wire in wires]
        return _per_wire(
            machine.execute(
                [
                    QuantumScript([Pin(places, wires), *gates], reading, shots=shots)
                    for gates in ([], flips)
                ]
            ),
            len(places),
        )

    return run


def _with_channels(device: Any, own: Callable[..., Any], noise: Mapping[str, float]) -> Prepared:
    def run(wires: Sequence[Any], shots: int | None) -> Any:
        reading = [qml.probs(wires=wire) for wire in wires]
        tapes = [
            QuantumScript([qml.BasisState([bit] * len(wires), wires)], reading, shots=shots)
            for bit in (0, 1)
        ]
        config = device.setup_execution_config(ExecutionConfig(), tapes[0])
        struck = CompilePipeline()
        struck.add_transform(noisy, **noise)
        ready, gather = (struck + own(config))(tapes)
        return _per_wire(gather(device.execute(ready, config)), len(wires))

    return run


def _per_wire(answers: Any, n_wires: int) -> Any:
    return answers if n_wires > 1 else [[answer] for answer in answers]
