"""What a variational eigensolver has found, with what it is compared to and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from qaimagic._checks import need
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.result import Result
from qaimagic.subroutines.vqe.hamiltonian import Hamiltonian
from qaimagic.training.run import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

CHEMICAL_ACCURACY = 1.6e-3
"""One kilocalorie per mole, in hartree."""

_ROUNDING = 1e-6
_SIGMAS = 5.0


@dataclass(frozen=True)
class Growth:
    """One step of a circuit that grows.

    Attributes:
        operator: The gate that was added; empty for the first state alone.
        gradient: The slope of the energy by its angle at 0, when it was chosen.
        gradient_norm: The root of the sum of all candidates' squared slopes.
        energy: The energy with all angles trained.
        standard_error: How far it scatters for its shots; None for exact answers.
        error: How far it is above the exact ground energy; None where that is not known.
        circuits: How many circuits had run by then.
    """

    operator: str
    gradient: float
    gradient_norm: float
    energy: float
    standard_error: float | None
    error: float | None
    circuits: int


@dataclass(frozen=True, eq=False, repr=False)
class VQEResult(Result):
    """A variational energy beside the exact one and a classical one.

    Attributes:
        energy: The energy of the last weights, measured anew after training.
        standard_error: How far it scatters for its shots; None where the answers were exact, or
            where it is not known how they scatter.
        exact_energy: The ground energy by exact diagonalisation, for a molecule the lowest one
            with its electrons; None where that takes long.
        baseline_energy: The energy without entanglement: of the best product state found
            classically, or of the state that a circuit starts from.
        baseline: What that is: ``"mean field"``, ``"Hartree-Fock"`` or ``"reference state"``.
        run: The record of training; of a circuit that grew, after its last gate, and None where
            it had none to add.
        layer: The circuit with its weights, as a layer that answers with the energy.
        operators: For a circuit that grew, the first state and each gate; else empty.
        hamiltonian: What was measured.
        circuits: Circuits that ran, those for gradients included.
        shots: The number of shots of each circuit, or None.
        depth: The circuit's depth in gates on two wires.
        seconds: How long all this took.
        stop_message: Why it ended, as a sentence.
    """

    energy: float
    standard_error: float | None
    exact_energy: float | None
    baseline_energy: float
    baseline: str
    run: TrainingRun | None
    layer: HybridLayer
    operators: tuple[Growth, ...]
    hamiltonian: Hamiltonian
    circuits: int
    shots: int | None
    depth: int
    seconds: float
    stop_message: str

    @property
    def error(self) -> float | None:
        """How far the energy is above the exact one; None where that is not known."""
        return None if self.exact_energy is None else self.energy - self.exact_energy

    @property
    def is_below_exact(self) -> bool:
        """Whether the energy is lower than any state's, by more than rounding and shots explain.

        Then something is wrong, and it is no ground energy: biased readout, error mitigation that
        extrapolates, gates that are not unitary; for a molecule perhaps a circuit that changes the
        number of electrons.
        """
        if self.error is None:
            return False
        room = _ROUNDING * self.hamiltonian.reach + _SIGMAS * (self.standard_error or 0.0)
        return self.error < -room

    @property
    def recovered(self) -> float | None:
        r"""The share of the correlation energy that was found; None where there is none.

        .. math:: \frac{E_\mathrm{baseline} - E}{E_\mathrm{baseline} - E_\mathrm{exact}}
        """
        if self.exact_energy is None:
            return None
        correlation = self.baseline_energy - self.exact_energy
        if correlation <= _ROUNDING * self.hamiltonian.reach:
            return None
        return (self.baseline_energy - self.energy) / correlation

    @property
    def weights(self) -> Mapping[str, object]:
        """The weights after training, by name."""
        return {name: weight.detach().clone() for name, weight in self.layer.named_parameters()}

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame: a row for each gate of a circuit that grew, else for each step.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        if self.run is not None and not self.operators:
            return self.run.to_frame()
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([asdict(row) for row in self.operators])

    def plot(self) -> Picture:
        """Return energy and error as curves, by gates for a circuit that grew, else by steps.

        The distance to the exact energy is on a logarithmic scale, with chemical accuracy (1.6 mHa)
        for molecules. Exact answers that agree to 1e-10 are drawn there. What is marked is the
        result, which with shots is not the lowest energy seen.
        """
        from qaimagic.subroutines.vqe.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.vqe.picture import text_of

        return text_of(self)
