"""A run in a notebook: one output, redrawn while it goes, static and lasting when it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.curves_svg import curves_svg
from qaimagic.drawing.page import Picture
from qaimagic.training.events import Alarm, Event, Glimpse, Notice, RunEnded, RunStarted
from qaimagic.training.watch.alarm_words import alarm_line, alarms_html
from qaimagic.training.watch.panels import RunCurves
from qaimagic.training.watch.place import mark_shown
from qaimagic.training.watch.progress import Progress, first_line

if TYPE_CHECKING:
    from qaimagic.training.run import TrainingRun

_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 0.5
_SHARE = 0.01


class PageMonitor:
    """Redraws one output of the cell while a run goes, at most ten times a second.

    Drawing takes about 1% of the time: after a drawing that took long the next one waits longer,
    up to half a second. The output is the cell's own: what the cell prints stays where it is.

    Args:
        clock: Gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._progress = Progress()
        self._curves = RunCurves()
        self._lines: list[str] = []
        self._alarms: list[Alarm] = []
        self._glimpse: Glimpse | None = None
        self._handle: Any = None
        self._next = 0.0

    def __call__(self, event: Event) -> None:
        """Take note of ``event``, and redraw if it is time."""
        self._progress(event)
        self._curves(event)
        if isinstance(event, RunEnded):
            self._lines.append(event.message)
            self._show(result_bundle(event, self._lines, self._glimpse, self._alive))
            return
        if isinstance(event, Glimpse):
            self._glimpse = event
        elif isinstance(event, Alarm):
            self._alarms.append(event)
        elif isinstance(event, Notice):
            self._lines.append(event.message)
        elif isinstance(event, RunStarted):
            self._lines.append(first_line(event))
            self._curves = RunCurves(
                event.loss, event.metric, event.metric_rises, event.total_steps, event.total_epochs
            )
        rare = isinstance(event, Notice | RunStarted)
        now = self._clock()
        if rare or now >= self._next:
            self._draw()
            end = self._clock()
            pause = 0.0 if rare else (end - now) / _SHARE
            self._next = end + min(max(_SHORTEST_PAUSE, pause), _LONGEST_PAUSE)

    def _alive(self, svg: str, run: TrainingRun) -> str:
        """Return the curves of a run that has ended."""
        del run
        return svg

    def _draw(self) -> None:
        self._show({"text/html": self._html(), "text/plain": self._text()})

    def _text(self) -> str:
        return "\n".join([*self._lines, *map(alarm_line, self._alarms)])

    def _show(self, bundle: Mapping[str, object]) -> None:
        if self._handle is None:
            self._handle = _display(bundle, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def _html(self) -> str:
        if self._progress.started is None:
            return _paragraphs(self._lines)
        status = f"{self._status()} · to stop it: the square button (interrupt)"
        return (
            f"{_paragraphs(self._lines)}{_bar(self._progress.fraction)}"
            f"{_paragraphs([status])}{alarms_html(self._alarms)}"
            f"{curves_svg(*self._curves.panels())}{_glimpse_html(self._glimpse)}"
        )

    def _status(self) -> str:
        started, step = self._progress.started, self._progress.step
        if started is None or step is None:
            return "starting"
        words = [f"{self._progress.place()}: {self._progress.pace()}"]
        if math.isfinite(step.grad_norm):
            words.append(f"gradient norm {short_number(step.grad_norm)}")
        words.append(f"{short_number(1e3 * step.seconds)} ms a step")
        if started.device != "none":
            words.append(started.device)
        if step.circuits:
            words.append(f"{step.circuits:,} circuits so far")
        return " · ".join(words)


def result_bundle(
    event: RunEnded,
    lines: list[str],
    glimpse: Glimpse | None = None,
    alive: Callable[[str, TrainingRun], str] = lambda svg, _run: svg,
) -> dict[str, str]:
    """Return a finished run as a MIME bundle: the lines, the picture, and the table beside it.

    Args:
        event: The last event.
        lines: What was said.
        glimpse: A picture of the model, or None.
        alive: Returns the curves, an ``<svg>`` element, as they are to be shown.
    """
    mark_shown(event.run)
    plotted = event.run.plot()
    picture = replace(plotted, svg=alive(plotted.svg, event.run))
    told = event.message in (picture.caption or "")
    seen = [] if glimpse is None else [glimpse.text]
    above = [line for line in lines if not told or line != event.message]
    return {
        "text/html": _paragraphs(above) + picture.html() + _glimpse_html(glimpse),
        "text/plain": "\n".join([*lines, *map(alarm_line, event.run.alarms), picture.text, *seen]),
    }


def show_result(event: RunEnded) -> None:
    """Display a finished run's picture, for a run whose lines were printed."""
    _display(result_bundle(event, []))


def _display(bundle: Mapping[str, object], **options: Any) -> Any:
    # Looked up at run time: IPython comes late, and without types.
    return import_module("IPython.display").display(bundle, raw=True, **options)


def _paragraphs(lines: list[str]) -> str:
    return "".join(f'<p style="margin:0.15em 0">{escape(line)}</p>' for line in lines)


def _glimpse_html(glimpse: Glimpse | None) -> str:
    if glimpse is None:
        return ""
    return Picture(glimpse.svg, glimpse.text, caption=f"After step {glimpse.step}.").html()


def _bar(fraction: float | None) -> str:
    if fraction is None:
        return ""
    percent = f"{100.0 * fraction:.1f}"
    return (
        f'<div role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}" style="max-width:640px;height:6px;border-radius:3px;'
        f'margin:0.4em 0;background:rgba(128,128,128,0.25)">'
        f'<div style="width:{percent}%;height:100%;border-radius:3px;'
        f'background:{theme.WEIGHT}"></div></div>'
    )
