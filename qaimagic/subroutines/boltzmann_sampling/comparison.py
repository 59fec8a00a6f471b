"""Samplers side by side: what each needs until its samples are as good as independent ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, need
from qaimagic.devices.annealers.thermostat import EXACT, GIBBS
from qaimagic.subroutines.boltzmann_sampling.exact import Exact
from qaimagic.subroutines.boltzmann_sampling.mixing import (
    Mixing,
    exact_seconds,
    mixing_of,
)
from qaimagic.subroutines.distributions.noise import Noise, noise_of
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True)
class Ratio:
    """How many times as many samples in a second, or a bound on it.

    Attributes:
        value: The ratio.
        bound: ``"at least"`` or ``"at most"`` where one side's sweeps were too few, else empty.
    """

    value: float
    bound: str = ""

    def __repr__(self) -> str:
        """Return it with its bound.

        Example:
            >>> Ratio(3.14159, "at least")
            at least 3.1
        """
        return f"{self.bound} {_short(self.value)}".strip()


@dataclass(frozen=True, eq=False, repr=False)
class SamplerComparison(Result):
    """How fast samplers reach a Boltzmann distribution.

    Attributes:
        exact: The distribution.
        mixings: Each device's way to it.
        reads: How many samples each point stands on.
        noise: The distance that as many independent samples have.
        exact_seconds: How long an independent sample takes by enumeration, measured.
    """

    exact: Exact
    mixings: tuple[Mixing, ...]
    reads: int
    noise: Noise
    exact_seconds: float

    def __getitem__(self, device: str) -> Mixing:
        found = {mixing.device: mixing for mixing in self.mixings}
        return found[check_choice("device", device, found)]

    def times_gibbs(self, device: str) -> Ratio | None:
        """Return how many samples as good as independent ones a device draws for one of Gibbs's.

        It is measured, on this machine. Where one of the two needs more sweeps than were tried,
        it is a bound; None where both do, or Gibbs sampling was not among the devices.

        Args:
            device: A device that was compared, or ``anneal:exact``.

        Raises:
            ValueError: If it was not compared.
        """
        if all(mixing.device != GIBBS for mixing in self.mixings):
            return None
        gibbs = self[GIBBS]
        own = self.exact_seconds
        if device != EXACT:
            mixing = self[device]
            if not mixing.is_within and not gibbs.is_within:
                return None
            if mixing.seconds_needed is None:
                assert gibbs.seconds_needed is not None
                return Ratio(gibbs.seconds_needed / float(mixing.seconds[-1]), "at most")
            own = mixing.seconds_needed
        if gibbs.seconds_needed is None:
            return Ratio(float(gibbs.seconds[-1]) / own, "at least")
        return Ratio(gibbs.seconds_needed / own)

    @property
    def verdict(self) -> str:
        """What was measured, in sentences; seconds are those of this machine."""
        from qaimagic.subroutines.boltzmann_sampling.comparison_picture import verdict_of

        return verdict_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each device and number of sweeps.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A comparison as a DataFrame", "frames")
        return pd.DataFrame([row for mixing in self.mixings for row in self._rows(mixing)])

    def plot(self) -> Picture:
        """Return the distance against sweeps and against seconds, and what each device needs."""
        from qaimagic.subroutines.boltzmann_sampling.comparison_picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.boltzmann_sampling.comparison_picture import text_of

        return text_of(self)

    def _rows(self, mixing: Mixing) -> list[dict[str, Any]]:
        return [
            {
                "device": mixing.device,
                "sweeps": sweeps,
                "total_variation": float(distance),
                "noise": self.noise.mean,
                "energy_deviation": float(deviation),
                "effective_temperature": None if fit is None else fit.value,
                "temperature_error": None if fit is None else fit.standard_error,
                "seconds_per_sample": float(seconds),
                "samples_per_second": 1 / float(seconds),
            }
            for sweeps, distance, deviation, fit, seconds in zip(
                mixing.sweeps,
                mixing.distances,
                mixing.deviations,
                mixing.temperatures,
                mixing.seconds,
                strict=True,
            )
        ]


def compared(
    exact: Exact, samplers: Mapping[str, Sequence[Any]], reads: int, seed: int
) -> SamplerComparison:
    """Return each device's way to a distribution."""
    noise = noise_of(exact.probabilities, reads, seed)
    mixings = [
        mixing_of(exact, device, each, reads=reads, seed=seed + i, most=noise.most)
        for i, (device, each) in enumerate(samplers.items())
    ]
    return SamplerComparison(exact, tuple(mixings), reads, noise, exact_seconds(exact, reads, seed))


def _short(value: float) -> str:
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"
