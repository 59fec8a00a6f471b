"""A forecast: what a run would take by each gradient method, and the truth beside it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from qaimagic.training.forecasting.showing import dollars, duration, joules
from qaimagic.training.record.columns import Column, columns_html, columns_text
from qaimagic.training.run import TrainingRun


@dataclass(frozen=True)
class Row:
    """What a run would take by one gradient method.

    Attributes:
        method: The gradient method by PennyLane's name; an optimizer's name where it needs none.
        is_chosen: Whether it is what the run would do.
        circuits: Circuits, those for validation and test data included.
        shots: Shots of all circuits together, or None for exact answers.
        seconds: Seconds, or None where nobody knows; queues are not included.
        dollars: Money by list prices, or None where it is not known; 0 for what is free.
        joules: Energy, modelled as power times seconds, or None.
    """

    method: str
    is_chosen: bool
    circuits: int
    shots: int | None
    seconds: float | None
    dollars: float | None
    joules: float | None


@dataclass(frozen=True, repr=False)
class Forecast:
    """What a training would take, one row for each gradient method; shown as a table.

    Attributes:
        model: One line about the model.
        device: The device, in words.
        n_samples: Samples to learn from in an epoch; 0 without data.
        epochs: How many epochs, or None where steps are counted.
        steps: How many steps.
        depths: For each quantum layer the depth of its circuit in gates on two wires, on noisy
            copies of machines after compilation.
        rows: One for each gradient method that the device has; the first is the run's own.
        notices: What is modelled, left out, or advised, one sentence each.
        sources: Where prices, times and powers were read.
    """

    model: str
    device: str
    n_samples: int
    epochs: int | None
    steps: int
    depths: dict[str, int]
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()
    sources: tuple[str, ...] = field(default=())

    @property
    def chosen(self) -> Row:
        """What the run itself would take."""
        return self.rows[0]

    def compare(self, run: TrainingRun) -> SideBySide:
        """Return the forecast beside what a run took.

        Args:
            run: The record of the run.
        """
        history = run.history
        seconds = sum(row.seconds for row in history.epochs or history.steps)
        return SideBySide(self.chosen, run.circuits, seconds, run.cost)

    @property
    def caption(self) -> str:
        """One sentence about what was forecast."""
        length = f"{self.steps:,} steps"
        if self.epochs is not None:
            length = f"{self.epochs:,} epochs ({length}) of {self.n_samples:,} samples"
        return f"Forecast for {self.model} on {self.device}: {length}."

    def _sentences(self) -> list[str]:
        depths = [f"`{name}` {depth}" for name, depth in self.depths.items()]
        told = [f"Two-qubit depth: {', '.join(depths)}."] if depths else []
        if len(self.rows) > 1:
            told.append("* marks what the run itself would do.")
        return [*told, *self.notices, *self.sources]

    def _columns(self) -> list[Column]:
        rows = self.rows
        shots = ["" if row.shots is None else f"{row.shots:,}" for row in rows]
        return [
            Column("gradient method", [_named(row) for row in rows], False),
            Column("circuits", [f"{row.circuits:,}" for row in rows]),
            Column("shots", shots),
            Column("time", [duration(row.seconds) for row in rows]),
            Column("list price", [dollars(row.dollars) for row in rows]),
            Column("energy, modelled", [joules(row.joules) for row in rows]),
        ]

    def __repr__(self) -> str:
        return "\n".join([self.caption, *columns_text(self._columns()), *self._sentences()])

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        """Return the table as HTML and as text."""
        below = "".join(f"<p>{escape(sentence)}</p>" for sentence in self._sentences())
        html = columns_html(self._columns(), self.caption)
        html += f'<div style="font-size:0.9em;opacity:0.8">{below}</div>'
        return {"text/html": html, "text/plain": repr(self)}


@dataclass(frozen=True, repr=False)
class SideBySide:
    """A forecast and the truth; shown as a table.

    Attributes:
        forecast: What was forecast.
        circuits: How many circuits the run took.
        seconds: How long it took, validation included.
        dollars: What it cost.
    """

    forecast: Row
    circuits: int
    seconds: float
    dollars: float

    def _columns(self) -> list[Column]:
        row = self.forecast
        return [
            Column("", ["forecast", "true"], False),
            Column("circuits", [f"{row.circuits:,}", f"{self.circuits:,}"]),
            Column("time", [duration(row.seconds), duration(self.seconds)]),
            Column("money", [dollars(row.dollars), dollars(self.dollars)]),
        ]

    def __repr__(self) -> str:
        return "\n".join(columns_text(self._columns()))

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        """Return the table as HTML and as text."""
        html = columns_html(self._columns(), "Forecast and truth")
        return {"text/html": html, "text/plain": repr(self)}


def _named(row: Row) -> str:
    return f"{row.method} *" if row.is_chosen else row.method
