r"""What a layer's answers are averages of, and how far a combination of them could go.

A loss L sees the answers y through its slopes :math:`g_k = \partial L / \partial y_k`: near a
point it is the average of one observable, :math:`O = \sum_k g_k O_k`. Three numbers of it tell
whether gradients are large or small: its spread over all states, how far its average is from that
of a state about which nothing is known, and how far one shot scatters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pennylane as qml
import torch
from pennylane.measurements import ExpectationMP, ProbabilityMP
from pennylane.pauli import PauliSentence, PauliWord
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.errors import CircuitError
from qaimagic.gradients.readings import sentence_of
from qaimagic.layers.trial import seeded


class Measured(Protocol):
    """What a layer's answers are averages of; rows of slopes and answers are (batch, n_outputs)."""

    def spread(self, slopes: Tensor) -> Tensor:
        """Return the square of each combination's spread over all states, (batch,)."""

    def away(self, slopes: Tensor, answers: Tensor) -> Tensor:
        """Return the square of each distance to the maximally mixed state's answer, (batch,)."""

    def one_shot(self, slopes: Tensor, answers: Tensor) -> Tensor:
        """Return about the variance of each combination measured by one shot, (batch,)."""


@dataclass(frozen=True)
class Words:
    r"""Expectation values of sums of Pauli words.

    The spread of :math:`\sum_w c_w P_w` over all states is :math:`\sum_w c_w^2`, words being
    orthogonal; so is the variance of a shot for each word, in a state that tells nothing of them.

    Attributes:
        factors: The coefficients, (n_outputs, n_words), without those of the identity.
        means: The identity's coefficients, (n_outputs,).
    """

    factors: Tensor
    means: Tensor

    def spread(self, slopes: Tensor) -> Tensor:
        """Return the square of each combination's spread over all states, (batch,)."""
        return (slopes @ self.factors).square().sum(dim=1)

    def away(self, slopes: Tensor, answers: Tensor) -> Tensor:
        """Return the square of each distance to the maximally mixed state's answer, (batch,)."""
        return (slopes * (answers - self.means)).sum(dim=1).square()

    def one_shot(self, slopes: Tensor, answers: Tensor) -> Tensor:
        """Return about the variance of each combination measured by one shot, (batch,)."""
        del answers
        return self.spread(slopes)


@dataclass(frozen=True)
class Chances:
    """Probabilities: of all outcomes of one measurement, or of states by projectors.

    The spread is half the distance from the least value to the largest: the variance over all
    states of the chance of one outcome among many would be as small as the chance itself.

    Attributes:
        mean: The chance of each in the maximally mixed state.
        exclusive: Whether they are the outcomes of one measurement, which add up to 1.
    """

    mean: float
    exclusive: bool

    def spread(self, slopes: Tensor) -> Tensor:
        """Return the square of each combination's spread over all states, (batch,)."""
        if self.exclusive:
            return (slopes.amax(dim=1) - slopes.amin(dim=1)).square() / 4
        return slopes.square().sum(dim=1) / 4

    def away(self, slopes: Tensor, answers: Tensor) -> Tensor:
        """Return the square of each distance to the maximally mixed state's answer, (batch,)."""
        return (slopes * (answers - self.mean)).sum(dim=1).square()

    def one_shot(self, slopes: Tensor, answers: Tensor) -> Tensor:
        """Return the variance of each combination measured by one shot, (batch,)."""
        if self.exclusive:
            averages = (slopes * answers).sum(dim=1)
            return (slopes.square() * answers).sum(dim=1) - averages.square()
        return (slopes.square() * answers * (1 - answers)).sum(dim=1)


def circuit_of(layer: Any) -> QuantumScript | None:
    """Return a layer's circuit as its body is now, for one sample; None if it cannot be traced."""
    try:
        return seeded(layer.circuit.trace, layer.example())
    except CircuitError:
        return None


def measured(tape: QuantumScript) -> Measured | None:
    """Return what a circuit's answers are averages of, or None for what is not known here.

    Known are expectation values of sums of Pauli words with fixed coefficients, projectors, and
    the probabilities of one measurement.
    """
    asked = tape.measurements
    if len(asked) == 1 and isinstance(asked[0], ProbabilityMP) and asked[0].mv is None:
        return Chances(0.5 ** len(asked[0].wires or tape.wires), exclusive=True)
    observables = [one.obs for one in asked if isinstance(one, ExpectationMP) and one.mv is None]
    if not observables or len(observables) < len(asked):
        return None
    if all(isinstance(one, qml.Projector) for one in observables):
        means = {0.5 ** len(one.wires) for one in observables}
        return Chances(means.pop(), exclusive=False) if len(means) == 1 else None
    sentences = [hamiltonian(one) for one in asked]
    if any(sentence is None for sentence in sentences):
        return None
    return _words([sentence for sentence in sentences if sentence is not None])


def hamiltonian(measurement: Any) -> PauliSentence | None:
    """Return the observable of an expectation value as a sum of Pauli words with fixed factors.

    None for another measurement, an observable that is no such sum, and one that is trained.
    """
    if not isinstance(measurement, ExpectationMP) or measurement.mv is not None:
        return None
    if measurement.obs is None or any(map(qml.math.requires_grad, measurement.obs.data)):
        return None
    sentence = sentence_of(measurement.obs)
    if sentence is None:
        return None
    return PauliSentence({word: _number(factor) for word, factor in sentence.items()})


def _words(sentences: list[PauliSentence]) -> Words:
    identity = PauliWord({})
    columns: dict[PauliWord, int] = {}
    for sentence in sentences:
        for word in sentence:
            if word != identity:
                columns.setdefault(word, len(columns))
    factors = torch.zeros(len(sentences), len(columns), dtype=torch.float64)
    for row, sentence in enumerate(sentences):
        for word, factor in sentence.items():
            if word != identity:
                factors[row, columns[word]] = factor
    means = [sentence.get(identity, 0.0) for sentence in sentences]
    return Words(factors, torch.tensor(means, dtype=torch.float64))


def _number(factor: Any) -> float:
    return float(np.real(qml.math.toarray(qml.math.detach(factor))))
