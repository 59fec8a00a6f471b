r"""The cost of VQLS by Hadamard tests, as a machine measures it.

With :math:`A = \sum_l c_l A_l` in L Pauli words, and U that prepares b,

.. math:: C = \frac{1}{2} - \frac{1}{2n} \frac{\sum_j \sum_{l,m} c_l c_m^*
    \langle \psi | A_m^\dagger U Z_j U^\dagger A_l | \psi \rangle}
    {\sum_{l,m} c_l c_m^* \langle \psi | A_m^\dagger A_l | \psi \rangle}

Each number is the real or the imaginary part of an average on one auxiliary wire.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
import torch
from pennylane.pauli import PauliWord
from torch import Tensor, nn

from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.linear_systems.ansatz import Ansatz
from qaimagic.subroutines.linear_systems.system import LinearSystem

_TEST = "test"
_SMALL = 1e-12


@dataclass(frozen=True)
class HadamardTest:
    """One Hadamard test, and what its average is multiplied by.

    Attributes:
        left: The word that acts last.
        right: The word that acts first.
        place: The wire of Z between them, or None for the norm of A psi.
        factor: What the average counts for.
        is_imaginary: Whether it is the imaginary part.
    """

    left: PauliWord
    right: PauliWord
    place: Hashable | None
    factor: float
    is_imaginary: bool


def words_of(system: LinearSystem) -> dict[PauliWord, complex]:
    """Return the Pauli words of the fitted matrix with their factors."""
    sentence = qml.pauli_decompose(
        system.fitted, wire_order=list(system.wires), check_hermitian=False, pauli=True
    )
    largest = max(abs(factor) for factor in sentence.values())
    return {word: complex(c) for word, c in sentence.items() if abs(c) > _SMALL * largest}


def hadamard_tests(
    words: dict[PauliWord, complex], wires: list[Hashable]
) -> tuple[float, list[HadamardTest]]:
    """Return what is known of the norm of A psi without a test, and the tests.

    Args:
        words: The words of A with their factors.
        wires: The wires that Z is asked of.
    """
    pairs = list(words.items())
    known = 0.0
    tests: list[HadamardTest] = []
    for place, (right, c) in enumerate(pairs):
        known += abs(c) ** 2
        tests += [HadamardTest(right, right, wire, abs(c) ** 2, False) for wire in wires]
        for left, d in pairs[:place]:
            product = c * np.conj(d)
            for part, is_imaginary in ((product.real, False), (-product.imag, True)):
                if abs(part) > _SMALL * abs(product):
                    if right.commutes_with(left) is not is_imaginary:
                        tests.append(HadamardTest(left, right, None, 2 * part, is_imaginary))
                    tests += [
                        HadamardTest(left, right, wire, 2 * part, is_imaginary) for wire in wires
                    ]
    return known, tests


class HadamardTests(nn.Module):
    """All tests of a cost, on one set of weights.

    Args:
        system: The system.
        ansatz: The circuit.
        state: The layer whose weights they share.
    """

    def __init__(self, system: LinearSystem, ansatz: Ansatz, state: HybridLayer) -> None:
        super().__init__()
        wires = list(system.wires)
        self._known, self.tests = hadamard_tests(words_of(system), wires)
        self._n = len(wires)
        preparing = preparation_of(system)
        endings = [_ending(test, preparing) for test in self.tests]
        self.layer = ansatz.layer_of_many(endings, [_TEST, *wires])
        for name, weight in state.named_parameters():
            self.layer.register_parameter(name, weight)
        self._numbers = torch.arange(len(endings), dtype=torch.float64)[:, None]

    @property
    def circuits(self) -> int:
        """How many circuits ran."""
        return self.layer.circuits

    def averages(self) -> Tensor:
        """Return the average of each test, shape (t,); all are submitted together."""
        averages: Tensor = self.layer(self._numbers)
        return averages.reshape(-1)

    def totals(self, averages: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sum over all Z, and the squared norm of A psi."""
        factors = torch.tensor([test.factor for test in self.tests], dtype=averages.dtype)
        are_norms = torch.tensor([test.place is None for test in self.tests])
        weighted = factors * averages
        return weighted[~are_norms].sum(), self._known + weighted[are_norms].sum()

    def forward(self) -> Tensor:
        """Return the cost."""
        over, under = self.totals(self.averages())
        return 0.5 - over / (2 * self._n * under.clamp(min=_SMALL))

    def measured(self, shots: int | None) -> tuple[float, float, float, float]:
        """Return the cost, its standard error, the squared norm of A psi, and its error."""
        with torch.no_grad():
            averages = self.averages()
        over, under = (float(total) for total in self.totals(averages))
        if under <= 0:
            return np.nan, np.nan, np.nan, np.nan
        factors = np.array([test.factor for test in self.tests])
        are_norms = np.array([test.place is None for test in self.tests])
        spread = factors**2 * np.clip(1 - averages.numpy() ** 2, 0, 1) / (shots or np.inf)
        over_error, under_error = spread[~are_norms].sum() ** 0.5, spread[are_norms].sum() ** 0.5
        error = np.hypot(over_error, over / under * under_error) / (2 * self._n * under)
        return 0.5 - over / (2 * self._n * under), float(error), under, float(under_error)


def preparation_of(system: LinearSystem) -> list[Any]:
    """Return the gates of U, which prepares b."""
    amplitudes = system.right / np.linalg.norm(system.right)
    return list(qml.MottonenStatePreparation.compute_decomposition(amplitudes, list(system.wires)))


def gates_of_tests(tests: list[HadamardTest], preparing: list[Any]) -> int:
    """Return how many gates on two wires all tests have after the ansatz.

    Args:
        tests: The tests.
        preparing: The gates of U.
    """
    both_ways = 1 + 2 * sum(len(gate.wires) > 1 for gate in preparing)
    return sum(
        len(test.left) + len(test.right) + both_ways * (test.place is not None) for test in tests
    )


def _ending(test: HadamardTest, preparing: list[Any]) -> Any:
    def ending() -> Any:
        qml.Hadamard(_TEST)
        if test.is_imaginary:
            qml.adjoint(qml.S(_TEST))
        _controlled(test.right)
        if test.place is not None:
            for gate in reversed(preparing):
                qml.adjoint(gate)
            qml.CZ([_TEST, test.place])
            for gate in preparing:
                qml.apply(gate)
        _controlled(test.left)
        qml.Hadamard(_TEST)
        return qml.expval(qml.Z(_TEST))

    return ending


def _controlled(word: PauliWord) -> None:
    gates = {"X": qml.CNOT, "Y": qml.CY, "Z": qml.CZ}
    for wire, letter in word.items():
        gates[letter]([_TEST, wire])
