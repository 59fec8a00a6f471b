"""What a simulated evolution left, beside the exact one, with its error and its costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class SimulationResult(Result):
    """A simulated time evolution.

    Attributes:
        probabilities: Of the basis states at the end, shape (2^n,); of qDRIFT the mean over draws.
        standard_errors: How far they scatter, for shots and for draws; None for exact answers.
        state: The amplitudes at the end, shape (2^n,); None with shots, on machines, and of
            qDRIFT, whose channel leaves a mixture.
        exact_state: Those by SciPy's ``expm``; None where that takes long.
        infidelity: One minus the squared overlap of both, of qDRIFT the mean over draws; None
            with shots, on machines, and where the exact state is not known.
        infidelity_error: How far the mean over draws scatters; None but for qDRIFT.
        operator_error: The spectral norm of what the evolutions differ by, for few wires.
        trace_distance: Of qDRIFT, that of the channel's exact state from the exact one, for few
            wires; of other methods, the root of the infidelity.
        bound: The most that ``operator_error`` can be, of qDRIFT half the diamond norm, which
            ``trace_distance`` does not exceed; None where it takes long.
        enough: The fewest steps that would have been enough, found by a search that knows the
            exact evolution; None where it was not made.
        method: How it was simulated.
        time: The time t.
        steps: Trotter steps, words of a draw of qDRIFT, or QSVT's degree.
        epsilon: The error that they were chosen for by ``bound``; None where they were given.
        terms: How many Pauli words the Hamiltonian has.
        reach: The sum of their factors' absolute values, lambda.
        exponentials: How many rotations about Pauli words a circuit has; 0 for QSVT.
        queries: How often QSVT calls the block encoding or its adjoint; else 0.
        gates: How many gates on two wires a circuit has, without the state's preparation; of
            qDRIFT its first draw.
        depth: The depth in these.
        success: How often the auxiliary wires read 0; 1 without such wires.
        success_error: How far that scatters for its shots; None for exact answers.
        wires: The wires, the most significant bit first.
        circuits: How many circuits ran.
        shots: How many shots they had together; None for exact answers.
        device: Where they ran.
        is_ideal: Whether that is an ideal machine.
        is_complete: Whether all ran; an interrupt leaves those before it.
        remarks: What was done to make the input fit, as sentences.
        seconds: How long the simulation took.
        exact_seconds: How long ``expm`` took; None where it did not run.
    """

    probabilities: Floats
    standard_errors: Floats | None
    state: Vector | None
    exact_state: Vector | None
    infidelity: float | None
    infidelity_error: float | None
    operator_error: float | None
    trace_distance: float | None
    bound: float | None
    enough: int | None
    method: str
    time: float
    steps: int
    epsilon: float | None
    terms: int
    reach: float
    exponentials: int
    queries: int
    gates: int
    depth: int
    success: float
    success_error: float | None
    wires: tuple[Any, ...]
    circuits: int
    shots: int | None
    device: str
    is_ideal: bool
    is_complete: bool
    remarks: tuple[str, ...]
    seconds: float
    exact_seconds: float | None

    @property
    def exact_probabilities(self) -> Floats | None:
        """The exact state's probabilities, shape (2^n,)."""
        return None if self.exact_state is None else np.abs(self.exact_state) ** 2

    @property
    def total_variation(self) -> float | None:
        """Half the sum of what probabilities and exact ones differ by."""
        exact = self.exact_probabilities
        return None if exact is None else float(np.abs(self.probabilities - exact).sum() / 2)

    @property
    def amplified_success(self) -> float | None:
        r"""What success would be after oblivious amplification; None without auxiliary wires.

        .. math:: \sin^2(3 \arcsin \min(\sqrt{p}, 1 / 2))

        It is modelled: three times the calls, and two reflections. A success above 1/4 would be
        lowered to that first, where three times the angle are a right one.
        """
        if not self.queries:
            return None
        return float(np.sin(3 * np.arcsin(min(0.5, np.sqrt(self.success)))) ** 2)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each basis state.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        n = len(self.wires)
        columns: dict[str, Any] = {
            "state": [format(index, f"0{n}b") for index in range(len(self.probabilities))],
            "probability": self.probabilities,
        }
        if self.standard_errors is not None:
            columns["standard_error"] = self.standard_errors
        if self.exact_probabilities is not None:
            columns["exact"] = self.exact_probabilities
        return pd.DataFrame(columns)

    def plot(self) -> Picture:
        """Return the probabilities of basis states as bars, with the exact ones as dashes."""
        from qaimagic.subroutines.hamiltonian_simulation.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.hamiltonian_simulation.picture import text_of

        return text_of(self)
