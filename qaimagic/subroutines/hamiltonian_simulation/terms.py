r"""The Hamiltonian that is simulated: Pauli words with real factors, and a constant.

.. math:: H = c + \sum_j h_j P_j, \quad \lambda = \sum_j |h_j|
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.pauli import PauliSentence, PauliWord
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.subroutines.hamiltonian_simulation.words import MOST_WIRES, Words, words_of
from qaimagic.subroutines.matrices.fitting import n_wires_for, padded
from qaimagic.subroutines.matrices.reading import is_hermitian, read_square
from qaimagic.subroutines.vqe.hamiltonian import read as read_operator

_MOST_DENSE = 6
_NEGLIGIBLE = 1e-13


@dataclass(frozen=True, eq=False)
class Terms:
    """A Hamiltonian as a sum of Pauli words.

    Attributes:
        words: Its m words without the identity.
        factors: Their factors, shape (m,), none of them 0.
        constant: The factor of the identity.
        wires: Its n wires, the most significant bit first.
        size: How many basis states have a meaning, below 2^n where a matrix was padded.
        remark: What was done to make it fit, as a sentence, or nothing.
    """

    words: tuple[PauliWord, ...]
    factors: tuple[float, ...]
    constant: float
    wires: tuple[Any, ...]
    size: int
    remark: str = ""

    def on(self, wires: Sequence[Any]) -> Terms:
        """Return the same Hamiltonian among more wires."""
        if len(wires) == len(self.wires):
            return self
        return replace(self, wires=tuple(wires), size=2 ** len(wires))

    @property
    def reach(self) -> float:
        """The sum of the factors' absolute values, lambda."""
        return float(sum(map(abs, self.factors)))

    @cached_property
    def bits(self) -> Words:
        """The words as bits."""
        return words_of(self.words, self.factors, self.wires)

    @cached_property
    def sparse(self) -> Any:
        """The matrix in SciPy's sparse form, shape (2^n, 2^n)."""
        every = dict(zip(self.words, self.factors, strict=True)) | {PauliWord({}): self.constant}
        return PauliSentence(every).to_mat(wire_order=list(self.wires), format="csr")


def read_terms(hamiltonian: Any) -> Terms:
    """Return the Hamiltonian that is to be simulated.

    Args:
        hamiltonian: A Hermitian operator of PennyLane, an energy of spins and bits, or a
            Hermitian matrix of 64 rows at most.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it is not Hermitian, not finite, empty, or too large.
    """
    if isinstance(hamiltonian, np.ndarray | Tensor | list) or hasattr(hamiltonian, "toarray"):
        return _of_matrix(hamiltonian)
    read = read_operator(hamiltonian)
    if len(read.wires) > MOST_WIRES:
        rule = f"have {MOST_WIRES} wires at most"
        raise ValueError(requirement("hamiltonian", rule, f"it has {len(read.wires)}"))
    return _of_words(read.words, read.wires, 2 ** len(read.wires))


def _of_matrix(value: Any) -> Terms:
    matrix = read_square("hamiltonian", value)
    if not is_hermitian(matrix):
        far = abs(matrix - matrix.conj().T).max()
        received = f"it differs from its adjoint by {far:.3g}"
        fix = "`(A + A.conj().T) / 2` is Hermitian."
        raise ValueError(requirement("hamiltonian", "be Hermitian", received, fix))
    size, n = len(matrix), n_wires_for(len(matrix))
    if n > _MOST_DENSE:
        rule = (
            f"have {2**_MOST_DENSE} rows at most, since matrices are taken apart into Pauli words"
        )
        fix = "Operators of PennyLane may have more wires."
        raise ValueError(requirement("hamiltonian", rule, f"it has {size}", fix))
    words = PauliSentence()
    if matrix.any():
        words = qml.pauli_decompose(padded(matrix), wire_order=range(n), pauli=True)
    remark = "" if size == 2**n else f"The matrix was padded with zeros from {size} to {2**n} rows."
    return _of_words(words, tuple(range(n)), size, remark)


def _of_words(words: PauliSentence, wires: Sequence[Any], size: int, remark: str = "") -> Terms:
    numbers = {word: float(np.real(factor)) for word, factor in words.items()}
    constant = numbers.pop(PauliWord({}), 0.0)
    least = _NEGLIGIBLE * max(map(abs, numbers.values()), default=0.0)
    kept = {word: factor for word, factor in numbers.items() if abs(factor) > least}
    return Terms(tuple(kept), tuple(kept.values()), constant, tuple(wires), size, remark)
