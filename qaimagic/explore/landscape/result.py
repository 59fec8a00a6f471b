"""What a landscape is when it has been computed: numbers, words, a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.heatmap import Heatmap, Mark, heatmap_picture, heatmap_text
from qaimagic.drawing.heatmap_data import say
from qaimagic.drawing.page import Picture
from qaimagic.explore._living import Living, shown

if TYPE_CHECKING:
    from qaimagic.widgets.landscape import LandscapeView


@dataclass
class Landscape:
    """A loss over two directions.

    Attributes:
        x: Values of the first direction, shape (n,).
        y: Values of the second direction, shape (n,).
        values: The loss, shape (n, n), a row for each ``y``; NaN where it was not computed.
        x_label: The first weight, or direction.
        y_label: The second.
        value_label: What the loss is.
        here: Where the present weights lie, and the loss there: (x, y, loss).
        path: The way of a training run on the plane, shape (n_points, 2), or None.
        ends: Where weights of the run lie: the first and the last of the path, or the best and the
            last that its record keeps.
        notes: What else is to be said, one sentence each.
    """

    x: Floats
    y: Floats
    values: Floats
    x_label: str
    y_label: str
    value_label: str
    here: tuple[float, float, float]
    path: Floats | None = None
    ends: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    _make_widget: Callable[[Landscape], LandscapeView] | None = field(default=None, repr=False)

    @property
    def minimum(self) -> tuple[float, float, float] | None:
        """The lowest value on the grid, as (x, y, loss); None if no value is finite."""
        return self.drawing.minimum

    @property
    def text(self) -> str:
        """The landscape in one line."""
        words = f"{heatmap_text(self.drawing)}; {say(self.here[2])} at the present weights"
        return " ".join([f"{words}.", *self.notes]).replace("\N{MINUS SIGN}", "-")

    @cached_property
    def drawing(self) -> Heatmap:
        """What is drawn, as plain data."""
        present = Mark("here", *self.here[:2], f"present {say(self.here[2])}")
        return Heatmap(
            self.x,
            self.y,
            self.values,
            self.x_label,
            self.y_label,
            self.value_label,
            self.path,
            (*self.ends, present),
        )

    def plot(self) -> Picture:
        """Return the heat map with contour lines, the path, and the lowest value marked."""
        title = f"{self.value_label} over {self.x_label} and {self.y_label}"
        return heatmap_picture(self.drawing, title=title, text=self.text)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **filters: object) -> dict[str, str]:
        """Return the picture, which comes to life in JupyterLab and Notebook 7."""
        return self._living._repr_mimebundle_(**filters)

    @cached_property
    def _living(self) -> Living | Picture:
        make, picture = self._make_widget, self.plot()
        return picture if make is None else shown(picture, lambda: make(self))
