r"""A block encoding: gates whose unitary has a matrix in its corner.

.. math:: (\langle 0| \otimes I) \, U \, (|0\rangle \otimes I) = A / \alpha
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript

from qaimagic._checks import need
from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.matrices.reading import Matrix, plain, read_vector
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

AUXILIARY = "aux"


def auxiliary_wires(count: int, kind: str = AUXILIARY) -> tuple[str, ...]:
    """Return labels for auxiliary wires, which no label of a user's wires resembles.

    Example:
        >>> auxiliary_wires(2)
        ('aux0', 'aux1')
    """
    return tuple(f"{kind}{k}" for k in range(count))


@dataclass(frozen=True, eq=False, repr=False)
class BlockEncoding(Result):
    """A matrix in the corner of a unitary made of gates.

    Attributes:
        matrix: The matrix A as it was given, shape (m, n).
        alpha: The subnormalisation, at least the largest singular value of A.
        gates: The operations of U, the first one acting first.
        auxiliary: The wires that must read 0; they come before ``wires``.
        wires: The wires that A acts on, padded with zeros to a power of two.
        method: How it was made.
        bound: What ``error`` is at most, but for rounding, by what was left out.
        seconds: How long the classical computer took to find the gates.
    """

    matrix: Matrix
    alpha: float
    gates: tuple[Any, ...]
    auxiliary: tuple[Any, ...]
    wires: tuple[Any, ...]
    method: str
    bound: float = 0.0
    seconds: float = 0.0

    def apply(self) -> None:
        """Queue the gates of U."""
        for gate in self.gates:
            qml.apply(gate)

    def columns(self, count: int) -> Matrix:
        """Return the first columns of the matrix of U, shape (2^(a + w), count)."""
        return unitary_of(self.gates, [*self.auxiliary, *self.wires], count)

    @cached_property
    def unitary(self) -> Matrix:
        """The matrix of U, shape (2^(a + w), 2^(a + w)), auxiliary wires first."""
        return self.columns(2 ** (len(self.auxiliary) + len(self.wires)))

    @cached_property
    def block(self) -> Matrix:
        """What the gates encode: the corner of U times alpha, of the shape of ``matrix``."""
        rows, columns = self.matrix.shape
        return self.alpha * self.columns(columns)[:rows]

    @cached_property
    def error(self) -> float:
        """The largest singular value of what ``block`` and ``matrix`` differ by."""
        return float(np.linalg.norm(self.block - self.matrix, 2))

    @cached_property
    def norm(self) -> float:
        """The largest singular value of ``matrix``, the least that ``alpha`` could be."""
        return float(np.linalg.norm(self.matrix, 2))

    @cached_property
    def _costs(self) -> tuple[int, int]:
        return two_qubit_costs(QuantumScript(list(self.gates)))

    @property
    def depth(self) -> int:
        """The depth of U in gates on two wires."""
        return self._costs[1]

    @property
    def n_gates(self) -> int:
        """How many gates on two wires U has."""
        return self._costs[0]

    @property
    def is_padded(self) -> bool:
        """Whether zeros were added, up to a square matrix whose size is a power of two."""
        return self.matrix.shape != (2 ** len(self.wires),) * 2

    @property
    def mean_success(self) -> float:
        r"""How often the auxiliary wires read 0 in the mean over all states of n numbers.

        .. math:: \bar p = \| A \|_F^2 / (n \, \alpha^2)
        """
        length = self.matrix.shape[1]
        return float(np.linalg.norm(self.block) ** 2 / (length * self.alpha**2))

    def success_probability(self, vector: Any) -> float:
        r"""Return how often the auxiliary wires read 0 after U acts on a state.

        .. math:: p = \| A x \|^2 / (\alpha \| x \|)^2

        Args:
            vector: The state before normalisation, shape (n,).

        Raises:
            TypeError: If it holds no numbers.
            ValueError: If its shape is not (n,), or it is zero.
        """
        state = read_vector("vector", vector, self.matrix.shape[1])
        ratio = np.linalg.norm(self.block @ state) / (self.alpha * np.linalg.norm(state))
        return float(ratio**2)

    @property
    def text(self) -> str:
        """What is encoded how well, and at which cost."""
        from qaimagic.subroutines.block_encodings.picture import text_of

        return text_of(self)

    def plot(self) -> Picture:
        """Return the matrix beside the unitary, whose corner is the matrix divided by alpha.

        Of a large unitary its first rows and columns are shown.
        """
        from qaimagic.subroutines.block_encodings.picture import picture_of

        return picture_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each entry: what was asked for and what is encoded.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        rows, columns = np.indices(self.matrix.shape).reshape(2, -1)
        entries = {"matrix": plain(self.matrix), "block": plain(self.block)}
        flat = {name: numbers.reshape(-1) for name, numbers in entries.items()}
        return pd.DataFrame({"row": rows, "column": columns, **flat})
