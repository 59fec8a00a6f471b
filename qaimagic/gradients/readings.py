r"""Reads a circuit as a machine does: in as few bases as its observables need, by frequencies.

A basis says on which wire which Pauli is read. Every shot gives one outcome, and every outcome a
value for each of the answers, so that the frequencies p of the outcomes give averages, and from
the same shots how far those scatter:

.. math:: \bar v = \sum_m p_m v_m, \qquad
    \mathrm{Var}(\bar v) = \frac{\sum_m p_m v_m^2 - \bar v^2}{N - 1}

Without shots the frequencies are probabilities, and the averages exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import matmul
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml
from pennylane.measurements import ExpectationMP, MeasurementProcess, ProbabilityMP
from pennylane.pauli import PauliSentence
from scipy import sparse

from qaimagic.bridge.pauli import words_of
from qaimagic.gradients.recipes import Circuit, Numbers

MAX_WIRES = 12
"""The most wires that words share a basis on: its outcomes are counted, and there are 2**wires."""

_MAX_DENSE_WIRES = 5

Letters = tuple[tuple[Any, str], ...]
"""Pairs of a wire and the Pauli that is read there."""


class Part(NamedTuple):
    """Something to read, and what it counts for which answers.

    Attributes:
        letters: A Pauli word; of a distribution, the Pauli that each of its wires is read by.
        answer: The first answer that it belongs to.
        weight: What the word is multiplied with; None where the answers are its outcomes.
        sign: A word that multiplies all of it.
    """

    letters: Letters
    answer: int
    weight: float | None
    sign: Letters = ()


@dataclass(frozen=True)
class Basis:
    """One way to read all wires at once.

    Attributes:
        letters: The Pauli of each wire that is read.
        values: What each outcome counts for each answer, (n_outcomes, n_answers).
        is_parity: Whether there are two outcomes alone, the values 1 and -1 of the whole word.
    """

    letters: Letters
    values: Any
    is_parity: bool

    @property
    def measurement(self) -> MeasurementProcess:
        """What to ask of a device."""
        word = reduce(matmul, [getattr(qml, letter)(wire) for wire, letter in self.letters])
        return qml.expval(word) if self.is_parity else qml.probs(op=word)

    def frequencies(self, result: Any) -> Numbers:
        """Return how often each outcome came, (n_outcomes,), from a device's answer."""
        numbers = np.asarray(result, dtype=float).reshape(-1)
        if self.is_parity:
            return np.array([1 + numbers[0], 1 - numbers[0]]) / 2
        return numbers


@dataclass(frozen=True)
class Reading:
    """All that has to be read off a circuit.

    Attributes:
        bases: Each takes a circuit of its own.
        constant: What each answer has besides, (n_answers,).
    """

    bases: tuple[Basis, ...]
    constant: Numbers


def reading_of(circuit: Circuit, wires: Sequence[Any]) -> Reading:
    """Return how to read what a circuit measures.

    Args:
        circuit: It measures expectation values and probabilities.
        wires: All wires, for probabilities that name none.
    """
    parts: list[Part] = []
    n_answers = 0
    sign = () if circuit.auxiliary is None else ((circuit.auxiliary, "Y"),)
    for measurement in circuit.measurements:
        own = list(_parts(measurement, wires, n_answers, sign))
        parts += own
        distribution = any(part.weight is None for part in own)
        n_answers += 2 ** len(own[0].letters) if distribution else 1
    return _reading(tuple(parts), n_answers)


def is_readable(measurement: MeasurementProcess) -> bool:
    """Return whether a measurement can be read in bases of Paulis."""
    if measurement.mv is not None:
        return False
    if isinstance(measurement, ExpectationMP):
        return sentence_of(measurement.obs) is not None
    if isinstance(measurement, ProbabilityMP):
        return measurement.obs is None or _word_of(measurement.obs) is not None
    return False


def sentence_of(operator: Any) -> PauliSentence | None:
    """Return a Hermitian operator as a sum of Pauli words, or None where it is too large."""
    words = words_of(operator)
    if words is not None:
        return words
    if not operator.has_matrix or len(operator.wires) > _MAX_DENSE_WIRES:
        return None
    matrix = qml.math.toarray(qml.math.detach(operator.matrix(wire_order=operator.wires)))
    if not np.allclose(matrix, matrix.conj().T):
        return None
    return qml.pauli_decompose(matrix, wire_order=operator.wires, pauli=True)


def _parts(measurement: Any, wires: Sequence[Any], answer: int, sign: Letters) -> Any:
    if isinstance(measurement, ProbabilityMP):
        word = {} if measurement.obs is None else dict(_word_of(measurement.obs) or {})
        letters = [(wire, word.get(wire, "Z")) for wire in measurement.wires or wires]
        yield Part(tuple(letters), answer, None, sign)
        return
    sentence = sentence_of(measurement.obs) or PauliSentence()
    for word, weight in sentence.items() or [({}, 0.0)]:
        yield Part(tuple(word.items()), answer, float(np.real(weight)), sign)


def _word_of(observable: Any) -> Any:
    words = words_of(observable)
    return next(iter(words)) if words is not None and len(words) == 1 else None


@lru_cache(maxsize=256)
def _reading(parts: tuple[Part, ...], n_answers: int) -> Reading:
    constant = np.zeros(n_answers)
    groups: list[tuple[dict[Any, str], list[Part]]] = []
    for part in parts:
        letters = dict(part.letters + part.sign)
        if not letters:
            constant[part.answer] += part.weight or 0.0
            continue
        for shared, members in groups:
            if _fits(letters, shared):
                shared.update(letters)
                members.append(part)
                break
        else:
            groups.append((letters, [part]))
    bases = (_basis(tuple(shared.items()), members, n_answers) for shared, members in groups)
    return Reading(tuple(bases), constant)


def _fits(letters: dict[Any, str], shared: dict[Any, str]) -> bool:
    agree = all(shared.get(wire, letter) == letter for wire, letter in letters.items())
    return agree and len(shared.keys() | letters.keys()) <= MAX_WIRES


def _basis(letters: Letters, parts: Sequence[Part], n_answers: int) -> Basis:
    if len(letters) > MAX_WIRES and parts[0].weight is not None:
        values = sparse.lil_array((2, n_answers))
        values[:, [parts[0].answer]] = parts[0].weight * np.array([[1.0], [-1.0]])
        return Basis(letters, values.tocsr(), True)
    wires = [wire for wire, _ in letters]
    outcomes = np.arange(2 ** len(wires))
    bits = {wire: outcomes >> place & 1 for place, wire in enumerate(reversed(wires))}
    values = sparse.csr_array((len(outcomes), n_answers))
    for part in parts:
        signs = _signs(bits, part.sign, len(outcomes))
        if part.weight is None:
            columns = sum(bits[w] << p for p, (w, _) in enumerate(reversed(part.letters)))
        else:
            signs = part.weight * signs * _signs(bits, part.letters, len(outcomes))
            columns = np.zeros_like(outcomes)
        places = (outcomes, part.answer + columns)
        values = values + sparse.csr_array((signs, places), shape=values.shape)
    return Basis(letters, values, False)


def _signs(bits: dict[Any, Any], letters: Letters, size: int) -> Numbers:
    signs = np.ones(size)
    for wire, _ in letters:
        signs *= 1 - 2 * bits[wire]
    return signs
