"""A landscape that is computed anew, with shots or noise, when someone asks in its widget."""

from __future__ import annotations

import contextvars
import threading

import numpy as np

from qaimagic import devices
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.heatmap_data import say
from qaimagic.explore.landscape.grid import Level, levels
from qaimagic.explore.landscape.plane import Plane
from qaimagic.explore.landscape.result import Landscape
from qaimagic.explore.landscape.surface import Surface
from qaimagic.widgets.landscape import LandscapeView

DEVICE = "qaimagic.qubit"
Settings = tuple[int | None, float]
AS_COMPUTED: Settings = (None, 0.0)


class Recomputing:
    """Answers a widget's sliders on a thread of its own; the latest request wins.

    Args:
        surface: What is computed, with weights of its own.
        plane: The plane through its weights.
        shown: The landscape that was computed, which is there again without shots and noise.
        seed: The seed of the shots.

    Attributes:
        view: The widget.
    """

    def __init__(self, surface: Surface, plane: Plane, shown: Landscape, seed: int) -> None:
        self._surface, self._plane, self._shown, self._seed = surface, plane, shown, seed
        self._lock = threading.Lock()
        self._wanted: Settings | None = None
        self._thread: threading.Thread | None = None
        self.view = LandscapeView(
            shown.drawing,
            self.ask if surface.is_apart else None,
            caption=shown.text,
            status="as computed",
        )

    def ask(self, shots: int | None, depolarizing: float) -> None:
        """Compute with other shots and noise, once what goes on has seen it is out of date."""
        with self._lock:
            self._wanted = (shots, depolarizing)
            if self._thread is None:
                context = contextvars.copy_context()
                self._thread = threading.Thread(target=context.run, args=(self._work,), daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until everything that was asked for is shown."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                settings, self._wanted = self._wanted, None
                if settings is None:
                    self._thread = None
                    return
            try:
                self._answer(settings)
            except Exception as error:
                # There is no cell that could fail: the widget says what is wrong.
                self.view.fraction, self.view.status = None, f"{type(error).__name__}: {error}"

    def _answer(self, settings: Settings) -> None:
        view, shown = self.view, self._shown
        if settings == AS_COMPUTED:
            view.show(shown.values)
            view.fraction, view.status = None, "as computed"
            return
        shots, depolarizing = settings
        profile = devices.get(DEVICE, shots=shots, depolarizing=depolarizing, seed=self._seed)
        values = self._surface.evaluator()
        total = shown.values.size

        def told(done: int) -> None:
            view.fraction = done / total

        with devices.override(profile):
            for level in levels(
                lambda points: values(self._plane.at(points)),
                shown.x,
                shown.y,
                stop=lambda: self._wanted is not None,
                told=told,
            ):
                view.show(level.values)
                view.status = f"{_words(settings)}: {self._difference(level)}"
        view.fraction = None

    def _difference(self, level: Level) -> str:
        """Return how far a level is from the landscape as it was computed."""
        stride = (len(self._shown.x) - 1) // (len(level.x) - 1)
        apart: Floats = level.values - self._shown.values[::stride, ::stride]
        rms = float(np.sqrt(np.nanmean(apart**2)))
        n = len(level.x)
        return f"{n} x {n} points, {say(rms)} away from those as computed (root mean square)"


def _words(settings: Settings) -> str:
    shots, depolarizing = settings
    parts = [] if shots is None else [f"{shots:,} shots"]
    parts += [f"depolarizing {depolarizing:g}"] if depolarizing else []
    return ", ".join(parts)
