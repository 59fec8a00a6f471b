"""What all widgets have in common: their built front end, and the look of our pictures."""

from __future__ import annotations

from dataclasses import asdict
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from qaimagic.drawing import theme

_LOOK = {
    "series": [asdict(style) for style in theme.SERIES],
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
    """

    look: traitlets.Dict[str, Any] = traitlets.Dict(_LOOK, read_only=True).tag(sync=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
