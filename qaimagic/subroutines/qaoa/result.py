"""What QAOA found: samples, angles, and the exact and classical answers beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qaimagic._checks import need
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.errors import MissingExtraError
from qaimagic.layers.depth import depth_of
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.anneal.anneal import anneal
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.qaoa.reach import Reach
from qaimagic.subroutines.result import Result
from qaimagic.training.run import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture
    from qaimagic.subroutines.qaoa.reading import Reading
    from qaimagic.subroutines.qaoa.solving import Setup


@dataclass(frozen=True, eq=False, repr=False)
class QAOAResult(Result):
    r"""The state that QAOA prepared, and how it got there.

    Attributes:
        samples: Samples of the state, the lowest energy first.
        gammas: The angles of the energy, in its inverse units, shape (p,).
        betas: The angles of the mixer, in radians, shape (p,).
        mixer: The mixer's name.
        expectation: The state's mean energy.
        standard_error: Of that mean; 0 where it was computed and not sampled.
        success_probability: The chance that a sample has the lowest energy that the mixer
            reaches; of the samples where there are only shots. None where that energy is unknown.
        probabilities: Of all states, shape (2^n,), wire 0 leading; None where there are only shots.
        reach: The energies of all states; None for more than 24 variables.
        run: The training, or None where the angles were only evaluated.
        layer: The circuit as a layer that returns the energy (with CVaR the probabilities). Its
            weight ``beta`` holds the betas, ``gamma`` the gammas times ``scale``.
        scale: The energy that makes gammas of order 1.
        circuits: How many circuits ran, those for gradients and samples included.
        shots: How many shots they had together; 0 for exact simulation.
        seconds: How long it all took.
    """

    samples: Annealed
    gammas: Floats
    betas: Floats
    mixer: str
    expectation: float
    standard_error: float
    success_probability: float | None
    probabilities: Floats | None
    reach: Reach | None
    run: TrainingRun | None
    layer: HybridLayer
    scale: float
    circuits: int
    shots: int
    seconds: float

    @classmethod
    def of(
        cls,
        setup: Setup,
        layer: HybridLayer,
        run: TrainingRun | None,
        reading: Reading,
        seconds: float,
    ) -> QAOAResult:
        """Return what a trained layer and its reading amount to."""
        gammas, betas = setup.angles(layer)
        ansatz, reach = setup.ansatz, setup.reach
        return cls(
            Annealed.of(
                setup.problem,
                reading.found,
                ground=None if reach is None else reach.lowest,
                device=f"{layer.device_name} (QAOA, p = {ansatz.p})",
                seconds=reading.seconds,
            ),
            gammas,
            betas,
            ansatz.mixer.name,
            reading.expectation,
            reading.standard_error,
            reading.success,
            reading.probabilities,
            reach,
            run,
            layer,
            ansatz.scale,
            layer.circuits + reading.circuits,
            layer.circuits * (layer.shots or 0) + reading.shots,
            seconds,
        )

    @property
    def p(self) -> int:
        """How many layers the circuit has."""
        return len(self.gammas)

    @property
    def approximation_ratio(self) -> float | None:
        r"""How far the mean energy is from the highest, 0, to the lowest, 1.

        .. math:: (E_{max} - \langle E \rangle) / (E_{max} - E_{min})

        over the states that the mixer reaches; for a maximum cut it is the mean cut over the
        largest. None where the energies are not known.
        """
        return None if self.reach is None else self.reach.ratio(self.expectation)

    @cached_property
    def depth(self) -> int:
        """The circuit's depth in gates on two wires, on the device that ran it."""
        return depth_of(self.layer)

    @cached_property
    def annealed(self) -> Annealed | None:
        """As many reads of simulated annealing; None without the packages that it takes."""
        try:
            return anneal(self.samples.problem, reads=self.samples.reads)
        except MissingExtraError:
            return None

    def beside(self) -> list[dict[str, Any]]:
        """Return QAOA, annealing and guessing side by side, a row each.

        Each has ``method``, ``mean_energy``, ``approximation_ratio`` and ``success``, the chance of
        the lowest energy in one sample.
        """
        rows = [self._row(f"QAOA, p = {self.p}", self.expectation, self.success_probability)]
        if (other := self.annealed) is not None:
            mean = float(other.energies @ other.counts / other.reads)
            rows.append(self._row("simulated annealing", mean, self._share_of(other)))
        if (reach := self.reach) is not None:
            rows.append(self._row("random guessing", reach.mean, reach.guessing))
            rows.append(self._row("exact", reach.lowest, 1.0))
        return rows

    def to_frame(self) -> pd.DataFrame:
        """Return what stands side by side as a DataFrame; ``samples.to_frame()`` has the states.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame(self.beside()).set_index("method")

    def plot(self) -> Picture:
        """Return the samples beside the state's exact distribution, and the curve of the run."""
        from qaimagic.subroutines.qaoa.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.qaoa.picture import text_of

        return text_of(self)

    def _row(self, method: str, mean: float, success: float | None) -> dict[str, Any]:
        ratio = None if self.reach is None else self.reach.ratio(mean)
        return {
            "method": method,
            "mean_energy": mean,
            "approximation_ratio": ratio,
            "success": success,
        }

    def _share_of(self, other: Annealed) -> float | None:
        if self.reach is None:
            return None
        return float(other.counts[self.reach.is_lowest(other.energies)].sum() / other.reads)
