r"""The metric's blocks from measurements: covariances of generators (Stokes et al. 2020).

Gates :math:`e^{i \theta_k G_k}` that stand side by side have generators that commute, and between
them the metric is what a device measures on the circuit that stops in front of them:

.. math:: g_{ij} = \langle G_i G_j \rangle - \langle G_i \rangle \langle G_j \rangle
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pennylane as qml
import torch
from pennylane.pauli import PauliSentence, PauliWord
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.metric.errors import NoMetricError
from qaimagic.bridge.metric.turns import Block, Turns

_MAX_WIRES = 6
_ONE = PauliWord({})

Execute = Callable[[Sequence[QuantumScript]], Sequence[Any]]
"""Runs circuits on a device, all as one job, and gives PennyLane's nested results."""


def from_covariances(circuits: Sequence[tuple[Turns, int]], execute: Execute) -> list[Tensor]:
    """Return the metric within blocks for each circuit, with zeros between blocks.

    Args:
        circuits: Each with its number B of samples.
        execute: Runs all that has to be measured.

    Returns:
        For each circuit a tensor of shape (B, K, K) for the angles of its K turned gates, float64.

    Raises:
        NoMetricError: If a gate has no generator.
    """
    plans = [[_Plan.of(turns, block) for block in turns.blocks] for turns, _ in circuits]
    flat = [plan for some in plans for plan in some]
    batches = [qml.transforms.split_non_commuting(plan.tape, "qwc") for plan in flat]
    results = iter(execute([tape for tapes, _ in batches for tape in tapes]))
    values = iter([gather(tuple(next(results) for _ in tapes)) for tapes, gather in batches])
    metrics = []
    for (turns, n_rows), some in zip(circuits, plans, strict=True):
        size = len(turns.turned)
        metric = torch.zeros(n_rows, size, size, dtype=torch.float64)
        for plan in some:
            members = torch.tensor(plan.members)
            metric[:, members[:, None], members] = plan.covariances(next(values), n_rows)
        metrics.append(metric)
    return metrics


@dataclass(frozen=True)
class _Plan:
    """What is measured in front of a block.

    Attributes:
        members: The block's turned gates.
        generators: Their generators.
        words: The Pauli words whose expectation values are measured.
        tape: The circuit.
    """

    members: tuple[int, ...]
    generators: tuple[PauliSentence, ...]
    words: tuple[PauliWord, ...]
    tape: QuantumScript

    @classmethod
    def of(cls, turns: Turns, block: Block) -> _Plan:
        gates = [turns.gates[turns.turned[number]] for number in block.members]
        generators = tuple(_generator(gate) for gate in gates)
        products = (one @ other for i, one in enumerate(generators) for other in generators[i:])
        words = tuple(_words_of((*generators, *products)))
        start = [] if turns.start is None else [turns.start]
        operations = [
            qml.ops.functions.bind_new_parameters(gate, _plain(gate.data))
            for gate in (*start, *block.before)
        ]
        measured = [qml.expval(word.operation()) for word in words]
        return cls(block.members, generators, words, QuantumScript(operations, measured))

    def covariances(self, values: Any, n_rows: int) -> Tensor:
        columns = values if len(self.words) > 1 else [values]
        known = {
            word: torch.as_tensor(column).detach().cpu().double().expand(n_rows)
            for word, column in zip(self.words, columns, strict=True)
        }
        known[_ONE] = torch.ones(n_rows, dtype=torch.float64)

        def mean(sentence: PauliSentence) -> Tensor:
            terms = [float(factor.real) * known[word] for word, factor in sentence.items()]
            return torch.stack(terms).sum(dim=0) if terms else torch.zeros(n_rows)

        means = torch.stack([mean(one) for one in self.generators], dim=-1)
        size = len(self.generators)
        found = torch.empty(n_rows, size, size, dtype=torch.float64)
        for i, one in enumerate(self.generators):
            for j, other in enumerate(self.generators[i:], start=i):
                found[:, i, j] = found[:, j, i] = mean(one @ other)
        return found - means.unsqueeze(-1) * means.unsqueeze(-2)


def _words_of(sentences: Iterable[PauliSentence]) -> dict[PauliWord, None]:
    """Return the words but for the identity, each once."""
    return {word: None for sentence in sentences for word in sentence if word != _ONE}


def _generator(gate: Any) -> PauliSentence:
    try:
        generator = gate.generator()
    except qml.exceptions.GeneratorUndefinedError as error:
        raise NoMetricError(f"`{gate.name}` has no generator") from error
    sentence = generator.pauli_rep
    if sentence is None:
        if len(gate.wires) > _MAX_WIRES:
            raise NoMetricError(f"the generator of `{gate.name}` has too many Pauli words")
        matrix = qml.matrix(generator, wire_order=gate.wires)
        sentence = qml.pauli_decompose(matrix, wire_order=gate.wires, pauli=True)
    return sentence


def _plain(values: Iterable[Any]) -> list[Any]:
    return [value.detach() if isinstance(value, Tensor) else value for value in values]
