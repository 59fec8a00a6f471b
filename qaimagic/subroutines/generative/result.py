"""Generators side by side: what each learnt, over seeds, and what they have to beat."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qaimagic._checks import check_choice, need
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.subroutines.generative.data import Data
from qaimagic.subroutines.generative.trials import Trial
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

_DIGITS = 12
"""Decimal places of a divergence, which is a difference of rounded numbers."""
MEASURES = ("kl", "log_likelihood", "test_log_likelihood", "mmd", "valid", "covered")


@dataclass(frozen=True, eq=False)
class Row:
    """A generator, or a reference, over all seeds.

    Attributes:
        name: What it is called.
        trials: It with each seed.
        entropy: The entropy of the data, in nats.
        is_reference: Whether it is known and was not trained.
    """

    name: str
    trials: tuple[Trial, ...]
    entropy: float
    is_reference: bool = False

    @property
    def parameters(self) -> int:
        """How many numbers it is made of."""
        return self.trials[0].parameters

    @property
    def errors(self) -> list[str]:
        """Why runs failed, each reason once."""
        return list(dict.fromkeys(trial.error for trial in self.trials if trial.error))

    def values(self, measure: str) -> list[float]:
        """Return a measure with each seed that has it, in the order of seeds.

        Args:
            measure: ``kl``, the divergence of the model from the data in nats;
                ``log_likelihood`` or ``test_log_likelihood``, the mean of a sample in nats;
                ``mmd``, the squared discrepancy of samples from the data; ``valid``, the fraction
                of samples that occur in the data; ``covered``, that of the data's patterns which
                occur among the samples.

        Raises:
            ValueError: If there is no such measure.
        """
        check_choice("measure", measure, MEASURES)
        judged = [trial.judgement for trial in self.trials if trial.judgement is not None]
        if measure == "kl":
            known = [one.log_likelihood for one in judged if one.log_likelihood is not None]
            return [max(0.0, round(-likelihood - self.entropy, _DIGITS)) for likelihood in known]
        found = [getattr(one, measure) for one in judged]
        return [float(value) for value in found if value is not None]

    def mean(self, measure: str) -> Estimate | None:
        """Return a measure's mean over seeds with its standard error; None where it is not known.

        Of one seed the standard error is NaN.
        """
        values = self.values(measure)
        if not values:
            return None
        mean = statistics.fmean(values)
        if len(values) < 2 or not math.isfinite(mean):
            return Estimate(mean, math.nan)
        return Estimate(mean, statistics.stdev(values) / math.sqrt(len(values)))


@dataclass(frozen=True, eq=False, repr=False)
class GeneratorComparison(Result):
    """Generative models trained on the same data, beside what they have to beat.

    Attributes:
        models: The models, quantum ones with their twins behind them.
        references: The data themselves, and simple models: for bits independent ones and the
            uniform distribution, for real numbers a Gaussian.
        data: What was learnt, and the discrepancy's bandwidths.
        samples: How many samples each drew to be judged by.
        steps: For how many steps each was trained.
        by_likelihood: Whether the curves tell the divergence, and else the discrepancy.
    """

    models: tuple[Row, ...]
    references: tuple[Row, ...]
    data: Data
    samples: int
    steps: int
    by_likelihood: bool

    @property
    def entropy(self) -> float:
        """The entropy of the data in nats: no log-likelihood of them is above its negative."""
        return self.data.entropy

    @property
    def floor(self) -> float:
        """The squared discrepancy that as many samples of the data themselves have, on average."""
        found = self["the data themselves"].mean("mmd")
        assert found is not None
        return found.value

    @property
    def rows(self) -> tuple[Row, ...]:
        """Models and references."""
        return (*self.models, *self.references)

    def __getitem__(self, name: str) -> Row:
        found = {row.name: row for row in self.rows}
        return found[check_choice("name", name, found)]

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each model and seed, and each reference and seed.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A comparison as a DataFrame", "frames")
        return pd.DataFrame([_record(row, i) for row in self.rows for i in range(len(row.trials))])

    def plot(self) -> Picture:
        """Return how near to the data each model came with its steps, and the table below."""
        from qaimagic.subroutines.generative.picture import picture_of

        return picture_of(self)

    def drawn(self) -> Picture:
        """Return samples of each model with the first seed: bits as tiles, numbers on a plane.

        Of more than two numbers the first two are drawn, of at most four models.

        Raises:
            ValueError: If a sample is a single real number.
        """
        from qaimagic.subroutines.generative.samples import samples_of

        return samples_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.generative.picture import text_of

        return text_of(self)


def rows_of(trials: Sequence[Trial], entropy: float, *, is_reference: bool) -> tuple[Row, ...]:
    """Return trials gathered by name, in the order of their first ones."""
    gathered: dict[str, list[Trial]] = {}
    for trial in trials:
        gathered.setdefault(trial.model, []).append(trial)
    return tuple(Row(name, tuple(some), entropy, is_reference) for name, some in gathered.items())


def _record(row: Row, i: int) -> dict[str, float | int | str | None]:
    trial = row.trials[i]
    alone = Row(row.name, (trial,), row.entropy)
    found = {measure: alone.values(measure) for measure in MEASURES}
    return {
        "model": row.name,
        "seed": trial.seed,
        "parameters": trial.parameters,
        **{measure: values[0] if values else None for measure, values in found.items()},
        "circuits": trial.circuits,
        "shots": trial.shots,
        "seconds": None if row.is_reference else trial.seconds,
        "error": trial.error,
    }
