"""What the runs of a comparison say together: a row for each model, device and setting."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qaimagic.devices.prices import joules_here
from qaimagic.engine.machine import cores
from qaimagic.training.run import TrainingRun

FEW_SEEDS = 5


@dataclass(frozen=True)
class Entry:
    """One run of a comparison.

    Attributes:
        model: The model's name.
        device: The device, in words; ``"none"`` without quantum layers.
        seed: The seed.
        settings: The values of the options that were swept.
        run: The record of the run, or None if it failed.
        error: Why it failed, or an empty string.
    """

    model: str
    device: str
    seed: int
    settings: Mapping[str, float | str] = field(default_factory=dict)
    run: TrainingRun | None = None
    error: str = ""

    @property
    def seconds(self) -> float | None:
        """Seconds that the training took, validation included, or None if it was not timed."""
        if self.run is None or not self.run.history.steps:
            return None
        history = self.run.history
        return sum(row.seconds for row in history.epochs or history.steps)

    @property
    def score(self) -> float | None:
        """The run's last word: the metric on test data, else validation, else training data."""
        return None if self.run is None else _scored(self.run)[1]

    @property
    def score_name(self) -> str:
        """What the score is, such as ``"test accuracy"``."""
        return "" if self.run is None else _scored(self.run)[0]

    @property
    def rises(self) -> bool:
        """Whether a higher score is better."""
        return self.run is not None and _scored(self.run)[2]


@dataclass(frozen=True)
class Row:
    """The runs that differ in their seeds alone.

    Attributes:
        entries: The runs, failed ones too.
    """

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """The first run, which tells model, device and settings."""
        return self.entries[0]

    @property
    def name(self) -> str:
        """Model, device and settings in words."""
        first = self.first
        words = [first.model] if first.device == "none" else [f"{first.model} on {first.device}"]
        return ", ".join([*words, *told(first.settings)])

    @property
    def runs(self) -> list[TrainingRun]:
        """The records of the runs that ended well."""
        return [entry.run for entry in self.entries if entry.run is not None]

    @property
    def scores(self) -> list[float]:
        """The score of each run that has one."""
        return [entry.score for entry in self.entries if entry.score is not None]

    @property
    def mean(self) -> float | None:
        """The mean score, or None if no run has one."""
        return statistics.fmean(self.scores) if self.scores else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """The band of the scores, as `band_of` says, or None without scores."""
        return band_of(self.scores) if self.scores else None

    @property
    def circuits(self) -> float | None:
        """Circuits of a run, the mean over seeds, or None if none ended well."""
        return statistics.fmean(run.circuits for run in self.runs) if self.runs else None

    @property
    def seconds(self) -> float | None:
        """Seconds of a run, the median over seeds, or None: the first may have compiled."""
        times = [entry.seconds for entry in self.entries if entry.seconds is not None]
        return statistics.median(times) if times else None

    @property
    def joules(self) -> float | None:
        """Energy of a run, modelled: its seconds times the power of this machine's cores.

        None where another machine was paid, whose energy is not known.
        """
        if self.seconds is None or self.dollars:
            return None
        return joules_here(self.seconds, cores())

    @property
    def dollars(self) -> float:
        """What a run paid for devices, the mean over seeds, in US dollars."""
        return statistics.fmean(run.cost for run in self.runs) if self.runs else 0.0

    @property
    def errors(self) -> list[str]:
        """Why runs failed, each reason once."""
        return list(dict.fromkeys(entry.error for entry in self.entries if entry.error))


def told(settings: Mapping[str, float | str]) -> list[str]:
    """Return settings in words.

    Example:
        >>> told({"lr": 0.01, "opt": "SGD"})
        ['lr 0.01', 'opt SGD']
    """
    return [
        f"{name} {value}" if isinstance(value, str) else f"{name} {value:g}"
        for name, value in settings.items()
    ]


def rows_of(entries: Sequence[Entry]) -> list[Row]:
    """Return the runs gathered into rows, in the order of their first runs."""
    gathered: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        key = (entry.model, entry.device, *entry.settings.items())
        gathered.setdefault(key, []).append(entry)
    return [Row(tuple(some)) for some in gathered.values()]


def band_of(values: Sequence[float]) -> tuple[float, float]:
    """Return the lowest and highest of at most five values, else mean ± standard deviation.

    Example:
        >>> band_of([0.5, 0.75, 1.0])
        (0.5, 1.0)
    """
    if len(values) <= FEW_SEEDS:
        return min(values), max(values)
    mean, deviation = statistics.fmean(values), statistics.stdev(values)
    return mean - deviation, mean + deviation


def band_name(n_seeds: int) -> str:
    """Return what the band is, in words."""
    if n_seeds == 1:
        return "one seed"
    words = "lowest to highest" if n_seeds <= FEW_SEEDS else "mean ± standard deviation"
    return f"{words} of {n_seeds} seeds"


def verdict(rows: Sequence[Row]) -> str:
    """Return what the scores do and do not tell, in a plain sentence.

    Two rows whose bands overlap are not called different: with few seeds that is all one sees.
    """
    scored = [row for row in rows if row.mean is not None]
    if len(scored) < 2:
        return ""
    if max(len(row.scores) for row in scored) == 1:
        return "One seed tells no spread: none of these differences is shown to be more than luck."
    rises = scored[0].first.rises
    best = max(scored, key=lambda row: (row.mean or 0.0) * (1 if rises else -1))
    others = [row for row in scored if row is not best]
    like = [row for row in others if _overlap(row, best)]
    if len(like) == len(others):
        return f"The spread of every row overlaps that of {best.name}: none is shown to be better."
    if not like:
        return f"{best.name} is better than every other row by more than the spread over seeds."
    names = "; ".join(row.name for row in like)
    return (
        f"{best.name} has the best mean, but its spread overlaps that of: {names}. "
        "These are not shown to be different."
    )


def _overlap(one: Row, other: Row) -> bool:
    a, b = one.spread, other.spread
    return a is not None and b is not None and a[0] <= b[1] and b[0] <= a[1]


def _scored(run: TrainingRun) -> tuple[str, float | None, bool]:
    row = run.table[0] if run.table else None
    if row is not None:
        for word in ("test", "validation"):
            prefix = word[:4] if word == "test" else "val"
            for what, name, rises in (
                ("metric", run.metric, run.metric_rises),
                ("loss", run.loss, False),
            ):
                value = getattr(row, f"{prefix}_{what}")
                if value is not None:
                    return f"{word} {name}", value, rises
    if run.history.epochs:
        last = run.history.epochs[-1]
        if last.train_metric is not None:
            return f"training {run.metric}", last.train_metric, run.metric_rises
        return f"training {run.loss}", last.train_loss, False
    value = run.history.losses[-1] if run.history.losses else None
    return f"training {run.loss}", value, False
