"""What all widgets have in common: their built front end, and the look of our pictures."""

from __future__ import annotations

from dataclasses import asdict
from importlib.resources import files
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from qaimagic.drawing import theme
from qaimagic.drawing.phase_color import PHASES

_LOOK = {
    "series": [asdict(style) for style in theme.SERIES],
    "phases": list(PHASES),
    "weight": theme.WEIGHT,
    "data": theme.DATA,
    "font": theme.SANS,
}


def front_end(name: str, kind: str) -> str:
    """Return the built front end of a widget, ``"js"`` or ``"css"``."""
    return files("qaimagic").joinpath("static", f"{name}.{kind}").read_text(encoding="utf-8")


class Widget(anywidget.AnyWidget):
    """A widget of ours.

    Attributes:
        look: Colours, line styles and type, from the theme of all pictures.
        key: What marks the place in the notebook that comes to life; see `alive`.
    """

    look: traitlets.Dict[str, Any] = traitlets.Dict(_LOOK, read_only=True).tag(sync=True)
    key = traitlets.Unicode(read_only=True).tag(sync=True)

    @traitlets.default("key")
    def _new_key(self) -> str:
        return uuid4().hex

    def alive(self, html: str) -> str:
        """Return HTML in whose place the widget appears, where a front end knows it.

        What the notebook saves is this HTML alone. A kernel that is gone, a page without scripts
        or a reader without JupyterLab shows it as it is.

        Args:
            html: What is seen without the widget; it must be escaped.
        """
        return f'<div data-qaimagic="{self.key}">{html}</div>'

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
