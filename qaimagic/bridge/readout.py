"""Tells the engine what to measure, and turns its answers into those of PennyLane's measurements.

Expectation values, variances and the probabilities of few wires are read off Pauli words; if one
measurement of a circuit needs more than that, all are taken from the state, by PennyLane's own
rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, Protocol

import torch
from pennylane import measurements as mp
from torch import Tensor

from qaimagic.bridge.from_state import FromState
from qaimagic.bridge.observables import (
    MAX_DENSE_WIRES,
    Sentence,
    from_diagonal,
    sentence_of,
    squared,
)
from qaimagic.engine.circuit import Word

_MAX_SQUARED_WORDS = 64


Coefficients = Sequence[Any] | Tensor
"""Factors of words: one by one, or as a tensor of shape (n,) or (batch, n)."""


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

    def assemble(self, values: Tensor, coefficients: Coefficients | None = None) -> list[Tensor]:
        """Return the answer of each measurement, each of shape (batch, ...).

        Args:
            values: The expectation values of the words, of shape (batch, n_words), or the state,
                of shape (batch, 2**n_wires).
            coefficients: Numbers, 0-d tensors or tensors of shape (batch,), or one tensor of shape
                (n,) or (batch, n), in place of ``self.coefficients``.
        """
        if coefficients is None:
            coefficients = self.coefficients
            if self._is_plain:
                return list(values.unbind(1))
        return [answer(values, coefficients) for answer in self._answers]

    @cached_property
    def _is_plain(self) -> bool:
        """Whether each answer is the value of one word, in the words' order."""
        sums = [answer for answer in self._answers if isinstance(answer, _Sum)]
        return (
            len(sums) == len(self._answers) == len(self.words) == len(self.coefficients)
            and all(answer.columns == (index,) for index, answer in enumerate(sums))
            and all(isinstance(factor, float) and factor == 1 for factor in self.coefficients)
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

    def column(self, word: Word) -> int:
        """Return the column of a word's values."""
        return self._columns.setdefault(word, len(self._columns))

    def sum_of(self, sentence: Sentence) -> _Sum:
        """Return how a sum of words is read off."""
        constant = sentence.get(()) if self.is_normalized else None
        terms = [(word, factor) for word, factor in sentence.items() if word or constant is None]
        start = len(self.coefficients)
        self.coefficients.extend(factor for _, factor in terms)
        if constant is not None:
            self.coefficients.append(constant)
        columns = tuple(self.column(word) for word, _ in terms)
        return _Sum(columns, slice(start, start + len(terms)), constant is not None)


@dataclass(frozen=True)
class _Sum:
    """A sum of words: their columns, where their coefficients are, whether a constant follows."""

    columns: tuple[int, ...]
    place: slice
    has_constant: bool

    def __call__(self, values: Tensor, coefficients: Coefficients) -> Tensor:
        if isinstance(coefficients, Tensor):
            return self._by_tensor(values, coefficients)
        total = self._words(values, coefficients[self.place])
        if not self.has_constant:
            return total
        constant = coefficients[self.place.stop]
        return total + (constant.to(values) if isinstance(constant, Tensor) else constant)

    def _by_tensor(self, values: Tensor, coefficients: Tensor) -> Tensor:
        total = values.new_zeros(len(values))
        if self.columns:
            chosen = _columns(values, self.columns)
            total = (chosen * coefficients[..., self.place]).sum(-1)
        return total + coefficients[..., self.place.stop] if self.has_constant else total

    def _words(self, values: Tensor, factors: Sequence[Any]) -> Tensor:
        if len(factors) == 1 and not isinstance(factors[0], Tensor):
            column = values[:, self.columns[0]]
            return column if factors[0] == 1 else column * factors[0]
        if not factors:
            return values.new_zeros(len(values))
        chosen = _columns(values, self.columns)
        if not any(isinstance(factor, Tensor) for factor in factors):
            return chosen @ values.new_tensor(factors)
        weights = torch.stack(_of_one_shape(values, factors), dim=-1)
        return (chosen * weights).sum(-1)


def _columns(values: Tensor, columns: Sequence[int]) -> Tensor:
    first, last = columns[0], columns[-1]
    is_run = all(one + 1 == other for one, other in pairwise(columns))
    return values[:, first : last + 1] if is_run else values[:, list(columns)]


def _of_one_shape(values: Tensor, factors: Sequence[Any]) -> list[Tensor]:
    tensors = [torch.as_tensor(factor).to(values) for factor in factors]
    shape = max((tensor.shape for tensor in tensors), key=len)
    return [tensor.expand(shape) for tensor in tensors]


@dataclass(frozen=True)
class _Variance:
    square: _Sum
    mean: _Sum

    def __call__(self, values: Tensor, coefficients: Coefficients) -> Tensor:
        return self.square(values, coefficients) - self.mean(values, coefficients) ** 2


@dataclass(frozen=True)
class _Probabilities:
    """The probabilities of the bits of some wires, by the signs that they give to Z-words."""

    columns: tuple[int, ...]
    signs: tuple[tuple[float, ...], ...]
    constant: int

    def __call__(self, values: Tensor, _: Sequence[Any]) -> Tensor:
        signs = values.new_tensor(self.signs)
        sums = (self.constant + _columns(values, self.columns) @ signs) / signs.shape[1]
        return sums + (sums.clamp(min=0) - sums).detach()


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
    return _Variance(words.sum_of(square), words.sum_of(sentence))


def _sentence(measurement: Any, wire_index: Mapping[Any, int]) -> Sentence | None:
    if measurement.mv is None and measurement.obs is not None:
        return sentence_of(measurement.obs, wire_index)
    if len(measurement.wires) > MAX_DENSE_WIRES:
        return None
    return from_diagonal(measurement.eigvals(), [wire_index[wire] for wire in measurement.wires])


def _probabilities(
    measurement: Any, wire_index: Mapping[Any, int], n_wires: int, words: _Words
) -> _Answer:
    wires = [wire_index[wire] for wire in measurement.wires] or list(range(n_wires))
    if len(wires) > MAX_DENSE_WIRES or measurement.obs is not None:
        raise _StateNeededError
    sizes = range(int(words.is_normalized), len(wires) + 1)
    chosen = [part for size in sizes for part in combinations(wires, size)]
    columns = tuple(words.column(tuple(sorted((wire, "Z") for wire in part))) for part in chosen)
    shifts = {wire: len(wires) - 1 - place for place, wire in enumerate(wires)}
    signs = tuple(
        tuple(
            float((-1) ** sum(index >> shifts[wire] & 1 for wire in part))
            for index in range(2 ** len(wires))
        )
        for part in chosen
    )
    return _Probabilities(columns, signs, int(words.is_normalized))
