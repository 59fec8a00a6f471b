"""Tells the engine what to measure, and turns its answers into those of PennyLane's measurements.

Expectation values, variances and the probabilities of few wires are read off Pauli words; if one
measurement of a circuit needs more than that, all are taken from the state, by PennyLane's own
rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import torch
from pennylane import measurements as mp
from torch import Tensor

from qaimagic.bridge.from_state import FromState
from qaimagic.bridge.from_words import Probabilities, Sum, Variance, subsets
from qaimagic.bridge.observables import (
    MAX_DENSE_WIRES,
    Sentence,
    from_diagonal,
    sentence_of,
    squared,
)
from qaimagic.engine.circuit import Word

_MAX_SQUARED_WORDS = 64


class _Answer(Protocol):
    def __call__(self, values: Tensor, coefficients: Any, /) -> Tensor: ...


@dataclass(frozen=True)
class Readout:
    """What is asked of the engine, and what it means.

    Attributes:
        words: The Pauli words whose expectation values are needed; () if the state is.
        coefficients: The factors of the words in the observables, numbers and tensors; to have
            others in their place, give them to ``assemble``.
    """

    words: tuple[Word, ...]
    coefficients: tuple[Any, ...]
    _answers: tuple[_Answer, ...] = field(repr=False)

    def assemble(self, values: Tensor, coefficients: Tensor | None = None) -> list[Tensor]:
        """Return the answer of each measurement, each of shape (batch, ...).

        They have the precision of ``values``, under ``torch.autocast`` too.

        Args:
            values: The expectation values of the words, of shape (batch, n_words), or the state,
                of shape (batch, 2**n_wires).
            coefficients: Numbers of shape (n,) or (batch, n), in place of ``self.coefficients``.
        """
        if coefficients is None and self._is_plain:
            return list(values.unbind(1))
        device = values.device.type
        if torch.is_autocast_enabled(device):
            with torch.autocast(device, enabled=False):
                return [answer(values, coefficients) for answer in self._answers]
        return [answer(values, coefficients) for answer in self._answers]

    @cached_property
    def _is_plain(self) -> bool:
        """Whether each answer is the value of one word, in the words' order."""
        sums = [answer for answer in self._answers if isinstance(answer, Sum)]
        return len(sums) == len(self._answers) == len(self.words) and all(
            one.columns == (column,) and one.is_value for column, one in enumerate(sums)
        )


def readout(
    measurements: Iterable[Any],
    wire_index: Mapping[Any, int],
    n_wires: int,
    *,
    is_normalized: bool = True,
) -> Readout:
    """Return what to measure for these measurements.

    Args:
        measurements: PennyLane's measurements, without shots.
        wire_index: The number of each wire.
        n_wires: The number of all wires.
        is_normalized: Whether the state has norm 1, and keeps it as the parameters change; it
            need not if they are amplitudes that the circuit starts from.

    Raises:
        NotNativeError: If a measurement has no exact answer, such as samples.
    """
    measurements = list(measurements)
    words = _Words(is_normalized)
    try:
        answers = tuple(_from_words(one, wire_index, n_wires, words) for one in measurements)
    except _StateNeededError:
        states = tuple(FromState.of(one, wire_index, n_wires) for one in measurements)
        return Readout((), (), states)
    return Readout(words.words or ((),), tuple(words.coefficients), answers)


class _StateNeededError(Exception):
    """A measurement cannot be read off a few words."""


class _Words:
    """Collects the words that are needed, and their coefficients."""

    def __init__(self, is_normalized: bool) -> None:
        self.is_normalized = is_normalized
        self._columns: dict[Word, int] = {}
        self.coefficients: list[Any] = []

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(self._columns)

    def columns(self, words: Iterable[Word]) -> tuple[int, ...]:
        """Return the columns of words' values."""
        return tuple(self._columns.setdefault(word, len(self._columns)) for word in words)

    def sum_of(self, sentence: Sentence) -> Sum:
        """Return how a sum of words is read off."""
        has_identity = self.is_normalized and () in sentence
        words = [word for word in sentence if word or not has_identity]
        factors = [sentence[word] for word in words]
        if has_identity:
            factors.append(sentence[()])
        start = len(self.coefficients)
        self.coefficients.extend(factors)
        place = slice(start, len(self.coefficients))
        return Sum(self.columns(words), tuple(factors), place)


def _from_words(
    measurement: Any, wire_index: Mapping[Any, int], n_wires: int, words: _Words
) -> _Answer:
    if isinstance(measurement, mp.ProbabilityMP):
        return _probabilities(measurement, wire_index, n_wires, words)
    if not isinstance(measurement, mp.ExpectationMP | mp.VarianceMP):
        raise _StateNeededError
    sentence = _sentence(measurement, wire_index)
    if sentence is None:
        raise _StateNeededError
    if isinstance(measurement, mp.ExpectationMP):
        return words.sum_of(sentence)
    square = squared(sentence)
    if len(square) > _MAX_SQUARED_WORDS:
        raise _StateNeededError
    return Variance(words.sum_of(square), words.sum_of(sentence))


def _sentence(measurement: Any, wire_index: Mapping[Any, int]) -> Sentence | None:
    if measurement.mv is None and measurement.obs is not None:
        return sentence_of(measurement.obs, wire_index)
    if len(measurement.wires) > MAX_DENSE_WIRES:
        return None
    return from_diagonal(measurement.eigvals(), [wire_index[wire] for wire in measurement.wires])


def _probabilities(
    measurement: Any, wire_index: Mapping[Any, int], n_wires: int, words: _Words
) -> Probabilities:
    wires = [wire_index[wire] for wire in measurement.wires] or list(range(n_wires))
    if len(wires) > MAX_DENSE_WIRES or measurement.obs is not None:
        raise _StateNeededError
    parts = subsets(len(wires), is_normalized=words.is_normalized)
    columns = words.columns(tuple(sorted((wires[place], "Z") for place in part)) for part in parts)
    return Probabilities(len(wires), columns, words.is_normalized)
