"""What a QSVT circuit made of a matrix and of a vector, beside numpy's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.matrices.postselection import Kept
from qaimagic.subroutines.matrices.reading import Matrix, Vector, plain
from qaimagic.subroutines.qsvt.angles import Floats
from qaimagic.subroutines.qsvt.exact import Spectrum
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class QSVTResult(Result):
    r"""A polynomial of a matrix's singular values, or eigenvalues, by a circuit.

    Attributes:
        polynomial: What was made of them.
        encoding: The block encoding that the circuit called.
        spectrum: The matrix by alpha taken apart by numpy: its values and vectors.
        operator: What the circuit does to every basis state where its flags read 0, by the scale of
            the circuit, shape (m, n) for an odd polynomial, else (n, n); None for a block encoding
            of more wires than are simulated so.
        exact: The same by numpy's decomposition.
        vector: The state that the circuit began in, shape (n,); None if there was none.
        kept: What was left of it where the flags read 0: its probabilities on all wires, how often
            that is so, shots and device; None without a vector.
        depth: The depth of the circuit in gates on two wires.
        gates: How many gates on two wires it has.
        seconds: How long all of that took, angles included.
        classical_seconds: How long numpy took for ``exact``.
    """

    polynomial: Polynomial
    encoding: BlockEncoding
    spectrum: Spectrum
    operator: Matrix | None
    exact: Matrix
    vector: Vector | None
    kept: Kept | None
    depth: int
    gates: int
    seconds: float
    classical_seconds: float

    @property
    def values(self) -> Floats:
        """The singular values by alpha, or the eigenvalues of a Hermitian matrix, shape (k,)."""
        return self.spectrum.values

    @property
    def transformed(self) -> NDArray[Any] | None:
        """What the circuit made of each value, shape (k,); None where ``operator`` is."""
        if self.operator is None:
            return None
        return plain(self.spectrum.read_off(self.operator, self.polynomial.parity))

    @property
    def target(self) -> NDArray[Any]:
        """What the target makes of each value, times the polynomial's scale, shape (k,).

        Where nothing is promised it may be infinite.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.polynomial.scale * self.polynomial.target(self.values)

    @property
    def error(self) -> float | None:
        """The largest singular value of what ``operator`` and ``exact`` differ by."""
        if self.operator is None:
            return None
        return float(np.linalg.norm(self.operator - self.exact, 2))

    @property
    def is_promised(self) -> NDArray[np.bool_]:
        """Whether the polynomial is promised near its target at each value, shape (k,)."""
        return self.polynomial.is_promised(self.values)

    @property
    def target_error(self) -> float:
        """How far the polynomial is from its target at most, over the values where it is promised.

        It is in the target's units.
        """
        x = self.values[self.is_promised]
        miss = self.polynomial(x) / self.polynomial.scale - self.polynomial.target(x)
        return float(abs(miss).max(initial=0.0))

    @property
    def degree(self) -> int:
        """The degree of the polynomial, which is how often the circuit calls its block encoding."""
        return self.polynomial.degree

    @property
    def scale(self) -> float:
        """What the circuit multiplies the polynomial by: 1 if it is even or odd."""
        return self.polynomial.phases.scale

    @property
    def auxiliary(self) -> int:
        """How many auxiliary wires the circuit has."""
        return len(self.encoding.auxiliary) + len(self.polynomial.parts)

    @property
    def wires(self) -> int:
        """How many wires the circuit has."""
        return self.auxiliary + len(self.encoding.wires)

    @property
    def exact_state(self) -> Vector | None:
        """The vector that numpy finds, normalised; zero where nothing is left of it."""
        if self.vector is None:
            return None
        found: Vector = self.exact @ self.vector
        return found / (np.linalg.norm(found) or 1.0)

    @property
    def exact_success(self) -> float | None:
        """How often all auxiliary wires read 0 according to numpy."""
        if self.vector is None:
            return None
        return float((self.scale * np.linalg.norm(self.exact @ self.vector)) ** 2)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.qsvt.telling import text_of

        return text_of(self)

    def plot(self) -> Picture:
        """Return the polynomial beside its target, with what the circuit made of each value.

        With a vector another panel has the probabilities that are left of it, with bands of one
        standard error where there were shots.
        """
        from qaimagic.subroutines.qsvt.picture import picture_of

        return picture_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each value, and what was made of it.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        columns = {
            "value": self.values,
            "transformed": self.transformed,
            "polynomial": self.polynomial(self.values),
            "target": self.target,
            "is_promised": self.is_promised,
        }
        return pd.DataFrame(
            {name: column for name, column in columns.items() if column is not None}
        )
