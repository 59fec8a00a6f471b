"""Runs tapes with noise: on density matrices where they are small, on trajectories beyond."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from pennylane.measurements import ProbabilityMP
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic._checks import check_int
from qaimagic.bridge.frames import frames_to_the_user
from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.plugin.noise.lowering import NoisyTape, joined, lowered
from qaimagic.bridge.plugin.noise.reading import FromDensity, StatesReading, with_errors
from qaimagic.bridge.plugin.noise.shots import shots_of_densities, shots_of_states
from qaimagic.bridge.plugin.rows import Rows, laid_out
from qaimagic.bridge.readout import Readout
from qaimagic.engine import noise
from qaimagic.errors import QaimagicNote

MAX_DENSITY_WIRES = 10
_TRAJECTORIES = 256
_MAX_VALUES = 2**26
_said: set[int] = set()

Answers = tuple[list[Tensor], list[Tensor] | None]
"""A tape's answers, and their standard errors where they are sampled."""


class NoiseRuns:
    """How a device runs noise, and how exact its last answers were.

    Args:
        rng: Where random numbers come from.
        n_trajectories: The number of trajectories for each circuit; None for density matrices
            up to ``MAX_DENSITY_WIRES`` wires and 256 trajectories beyond.

    Attributes:
        standard_errors: Those of the last job's answers, in their nesting; None where they were
            exact.
    """

    def __init__(self, rng: np.random.Generator, n_trajectories: int | None) -> None:
        if n_trajectories is not None:
            check_int("n_trajectories", n_trajectories, minimum=1)
        self._rng = rng
        self._n_trajectories = n_trajectories
        self.standard_errors: tuple[Any, ...] | None = None

    def is_sampled(self, tape: QuantumScript) -> bool:
        """Return whether trajectories are sampled for a tape."""
        return self._n_trajectories is not None or tape.num_wires > MAX_DENSITY_WIRES

    def exactly(self, tapes: Sequence[QuantumScript]) -> list[Any]:
        """Return the answers of tapes without shots, torch tensors in PennyLane's nesting.

        Raises:
            NotNativeError: If the engine does not run one of them.
        """
        answers: list[Any] = [None] * len(tapes)
        errors: list[Any] = [None] * len(tapes)
        for members in _grouped(tapes):
            run = self._sampled if self.is_sampled(tapes[members[0][0]]) else _on_densities
            answered = list(run([tape for _, tape in members]))
            for (index, tape), (own, spread) in zip(members, answered, strict=True):
                answers[index] = _nested(own, tape)
                errors[index] = None if spread is None else _nested(spread, tape)
        is_exact = all(one is None for one in errors)
        self.standard_errors = None if is_exact else tuple(errors)
        return answers

    def with_shots(self, tapes: Sequence[QuantumScript]) -> list[Any]:
        """Return the answers of tapes with shots, NumPy arrays in PennyLane's nesting.

        Each shot is drawn from a trajectory of its own where trajectories are sampled.

        Raises:
            NotNativeError: If the engine does not run one of them.
        """
        self.standard_errors = None
        return [
            shots_of_states(tape, self._rng)
            if self.is_sampled(tape)
            else shots_of_densities(tape, self._rng)
            for tape in tapes
        ]

    def _sampled(self, group: Sequence[NoisyTape]) -> Iterator[Answers]:
        first, n_drawn = group[0], self._n_trajectories or _TRAJECTORIES
        noisy, rows, kraus = _batch(group)
        reading: Any = first.gates.readout
        measure = None
        if not noisy.circuit.words:
            _check_size(first, len(rows.varied) * n_drawn)
            reading = StatesReading(reading, first.measurements)
            measure = reading.flat
        seed = int(self._rng.integers(2**62))
        estimate = noise.sampled_expvals(
            noisy,
            rows.shared,
            rows.varied,
            kraus,
            n_drawn,
            generator=torch.Generator(rows.varied.device).manual_seed(seed),
            start=rows.start,
            measure=measure,
        )
        worst = 0.0
        for tape, here in _by_tape(group):
            own = noise.Estimate(*(part[here] for part in estimate))
            if measure is None:
                reading = tape.gates.readout
            answers, errors = with_errors(own, reading, tape.measurements)
            worst = max(worst, *(float(error.max()) for error in errors))
            yield answers, errors
        _say_sampled(first.gates.circuit.n_wires, n_drawn, worst)


def _on_densities(group: Sequence[NoisyTape]) -> Iterator[Answers]:
    noisy, rows, kraus = _batch(group)
    run = noise.expvals if noisy.circuit.words else noise.density_matrix
    values = run(noisy, rows.shared, rows.varied, kraus, rows.start)
    for tape, here in _by_tape(group):
        reading = tape.gates.readout
        if not noisy.circuit.words:
            n_wires = noisy.circuit.n_wires
            reading = Readout((), (), tuple(FromDensity(m, n_wires) for m in tape.measurements))
        assert reading is not None
        yield reading.assemble(values[here]), None


def _batch(group: Sequence[NoisyTape]) -> tuple[noise.NoisyCircuit, Rows, list[Tensor]]:
    rows = laid_out([tape.gates for tape in group])
    return noise.NoisyCircuit(rows.circuit, group[0].channels), rows, joined(group)


def _by_tape(group: Sequence[NoisyTape]) -> Iterator[tuple[NoisyTape, slice]]:
    begin = 0
    for tape in group:
        yield tape, slice(begin, begin := begin + tape.gates.n_rows)


def _grouped(tapes: Sequence[QuantumScript]) -> list[list[tuple[int, NoisyTape]]]:
    groups: dict[Any, list[tuple[int, NoisyTape]]] = defaultdict(list)
    for index, tape in enumerate(tapes):
        member = lowered(tape)
        groups[member.key].append((index, member))
    return list(groups.values())


def _nested(parts: Sequence[Tensor], tape: NoisyTape) -> Any:
    if tape.gates.batch_size is None:
        parts = [part[0] for part in parts]
    return parts[0] if len(parts) == 1 else tuple(parts)


def _check_size(tape: NoisyTape, n_states: int) -> None:
    n_wires = tape.gates.circuit.n_wires
    wires = [n_wires if not m.wires else len(m.wires) for m in tape.measurements]
    probabilities = [isinstance(m, ProbabilityMP) for m in tape.measurements]
    size = sum(2**n for n, is_wide in zip(wires, probabilities, strict=True) if is_wide)
    if n_states * size > _MAX_VALUES:
        raise NotNativeError("the probabilities of so many wires are too many to sample")


def _say_sampled(n_wires: int, n_drawn: int, worst: float) -> None:
    """Say, once in a process for each number of wires, that answers are estimates."""
    if n_wires in _said:
        return
    _said.add(n_wires)
    warnings.warn(
        f"Noise on {n_wires} wires is sampled: {n_drawn} trajectories a circuit, here with "
        f"standard errors up to {worst:.1g}. More of them, with "
        '`qml.device("qaimagic.qubit", n_trajectories=...)`, are more exact.',
        QaimagicNote,
        stacklevel=frames_to_the_user(),
    )
