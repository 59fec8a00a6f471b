"""The outcome of a comparison: every run, and what they say together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qaimagic._checks import need
from qaimagic.errors import CheckpointError
from qaimagic.training.comparison.rows import Entry, Row, rows_of, verdict
from qaimagic.training.comparison.showing import picture, table_text
from qaimagic.training.run import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

_INDEX = "comparison.json"


@dataclass(frozen=True, repr=False)
class Comparison:
    """The runs of a comparison side by side.

    Attributes:
        entries: Every run that ended, failed ones too, in the order they ran.
        planned: How many runs were asked for; more than there are after an interrupt.
        seeds: The seeds.
        notices: What was left out or decided, one sentence each.

    Example:
        >>> import torch
        >>> from qaimagic import compare
        >>> X = torch.linspace(-1, 1, 40).reshape(-1, 1)
        >>> line = {"line": torch.nn.Linear(1, 1)}
        >>> result = compare(line, (X, 2 * X), seeds=2, epochs=2, live=False)
        1 of 2: line, seed 0: validation R2 ...
        2 of 2: line, seed 1: validation R2 ...
        >>> len(result.runs)
        2
    """

    entries: tuple[Entry, ...]
    planned: int
    seeds: tuple[int, ...]
    notices: tuple[str, ...] = ()

    @property
    def runs(self) -> list[TrainingRun]:
        """The record of each run that ended well."""
        return [entry.run for entry in self.entries if entry.run is not None]

    @property
    def rows(self) -> list[Row]:
        """The runs gathered into rows: those that differ in their seeds alone."""
        return rows_of(self.entries)

    @property
    def summary(self) -> str:
        """What the scores tell and do not tell, and what is missing, in plain sentences."""
        missing = self.planned - len(self.entries)
        failed = sum(1 for entry in self.entries if entry.error)
        sentences = [verdict(self.rows)]
        if failed:
            sentences.append(f"{failed} of {self.planned} runs failed.")
        if missing:
            sentences.append(f"Interrupted: {missing} of {self.planned} runs are missing.")
        return " ".join([*filter(None, sentences), *self.notices])

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each run, failed ones too.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A comparison as a DataFrame", "frames")
        return pd.DataFrame(
            [
                {
                    "model": entry.model,
                    "device": entry.device,
                    **entry.settings,
                    "seed": entry.seed,
                    "score": entry.score,
                    "measure": entry.score_name,
                    "circuits": None if entry.run is None else entry.run.circuits,
                    "seconds": entry.seconds,
                    "dollars": None if entry.run is None else entry.run.cost,
                    "error": entry.error,
                }
                for entry in self.entries
            ]
        )

    def plot(self) -> Picture:
        """Return the curves with their spread over seeds, and the table below them."""
        return picture(self.rows, len(self.seeds), self.summary)

    def save(self, folder: str | PathLike[str]) -> Path:
        """Write every run to a file of its own in ``folder``, with an index beside them.

        Raises:
            CheckpointError: If it cannot be written.
        """
        place = Path(folder).expanduser()
        try:
            place.mkdir(parents=True, exist_ok=True)
            index = []
            for i, entry in enumerate(self.entries):
                name = None if entry.run is None else f"run_{i:03d}.safetensors"
                if entry.run is not None and name is not None:
                    entry.run.save(place / name)
                index.append(
                    {
                        "model": entry.model,
                        "device": entry.device,
                        "seed": entry.seed,
                        "settings": dict(entry.settings),
                        "error": entry.error,
                        "file": name,
                    }
                )
            content = {
                "planned": self.planned,
                "seeds": list(self.seeds),
                "notices": list(self.notices),
                "entries": index,
            }
            (place / _INDEX).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise CheckpointError(f"`{place}` cannot be written: {error}") from error
        return place

    @classmethod
    def load(cls, folder: str | PathLike[str]) -> Comparison:
        """Return the comparison that ``save`` wrote to ``folder``.

        Raises:
            FileNotFoundError: If there is none.
            CheckpointError: If it is damaged.
        """
        place = Path(folder).expanduser()
        text = (place / _INDEX).read_text(encoding="utf-8")
        try:
            content: dict[str, Any] = json.loads(text)
            entries = []
            for row in content["entries"]:
                file = row.pop("file")
                run = None if file is None else TrainingRun.load(place / Path(file).name)
                entries.append(Entry(**row, run=run))
            seeds, notices = tuple(content["seeds"]), tuple(content["notices"])
            return cls(tuple(entries), content["planned"], seeds, notices)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckpointError(f"`{place}` holds no saved comparison: {error}") from error

    def __repr__(self) -> str:
        return "\n".join(filter(None, [*table_text(self.rows), self.summary]))

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        """Return the picture with the table as HTML, and the table as text."""
        html = {"text/html": self.plot().html()} if self.entries else {}
        return {**html, "text/plain": repr(self)}
