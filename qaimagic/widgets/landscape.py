"""A landscape one can look into: values under the cursor, and sliders for shots and noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets

from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.heatmap import Heatmap
from qaimagic.drawing.heatmap_svg import EDGE, N_COLORS, PAPER, SHAPES
from qaimagic.drawing.palette import amounts
from qaimagic.widgets._base import Share, Widget, check_kind, front_end

SHOTS = (None, 10, 30, 100, 300, 1000, 3000, 10_000)
"""What the slider of shots offers; None is exact."""
NOISIEST = 0.2
"""The highest probability of an error that the slider of noise offers."""

Ask = Callable[[int | None, float], None]


class LandscapeView(Widget):
    """A heat map with contour lines, a path and marks.

    Args:
        drawing: What is shown at first; axes, colours, path and marks stay.
        on_settings: Called with shots (None for exact) and the probability of a depolarizing error
            when someone asks for others, on whatever thread the message arrives; without it there
            are no sliders.

    Attributes:
        about: The drawing but for its values, as in ``widgets/landscape/grid.ts``.
        caption: What is said about the drawing.
        status: What is shown and what goes on, in one line.
        fraction: How much of what was asked for is computed, from 0 to 1, or None.

    Example:
        >>> import numpy as np
        >>> ends = np.array([0.0, 1.0])
        >>> view = LandscapeView(Heatmap(ends, ends, np.eye(2)))
        >>> view
        <LandscapeView>
        >>> view.close()
    """

    _esm = front_end("landscape", "js")
    _css = front_end("landscape", "css")
    about: traitlets.Dict[str, Any] = traitlets.Dict(read_only=True).tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    fraction = Share().tag(sync=True)

    def __init__(self, drawing: Heatmap, on_settings: Ask | None = None, **traits: Any) -> None:
        check_kind("drawing", drawing, Heatmap)
        self._on_settings = on_settings
        self._values = drawing.values
        super().__init__(**traits)
        self.set_trait("about", {**_about(drawing), "changes": on_settings is not None})
        self.on_msg(self._hear)

    def show(self, values: Floats) -> None:
        """Show other values, shape (n_y, n_x), over the same axes; the grid may be coarser."""
        self._values = values
        rows, columns = values.shape
        numbers = np.ascontiguousarray(values, dtype=np.float64)
        self.send({"kind": "values", "rows": rows, "columns": columns}, [numbers.tobytes()])

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "ready":
            self.show(self._values)
        elif kind == "settings" and self._on_settings is not None:
            shots, noise = content.get("shots"), content.get("depolarizing")
            is_number = isinstance(noise, int | float) and math.isfinite(noise)
            if shots in SHOTS and is_number and 0 <= noise <= NOISIEST:
                self._on_settings(shots, float(noise))


def _about(drawing: Heatmap) -> dict[str, Any]:
    path = [] if drawing.path is None else drawing.path.tolist()
    return {
        "x": [float(drawing.x[0]), float(drawing.x[-1])],
        "y": [float(drawing.y[0]), float(drawing.y[-1])],
        "xLabel": drawing.x_label,
        "yLabel": drawing.y_label,
        "valueLabel": drawing.value_label,
        "span": list(drawing.span),
        "levels": [value for value, _ in drawing.levels],
        "colors": amounts(N_COLORS),
        "path": path,
        "marks": [mark._asdict() for mark in drawing.marks],
        "shapes": SHAPES,
        "paper": PAPER,
        "edge": EDGE,
        "shots": list(SHOTS),
        "noisiest": NOISIEST,
    }
