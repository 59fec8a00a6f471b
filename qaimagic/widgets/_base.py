"""What all widgets have in common: their built front end, and the look of our pictures."""

from __future__ import annotations

import math
from dataclasses import asdict
from importlib.resources import files
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from qaimagic._checks import did_you_mean, requirement
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


def check_kind(name: str, value: object, kind: type) -> None:
    """Refuse a value that is not of a kind.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(value, kind):
        rule = f"be a {kind.__name__}"
        raise TypeError(requirement(name, rule, f"it is {type(value).__name__}"))


class Share(traitlets.Float[Any, Any]):
    """A trait for how much is done: from 0 to 1, or None if nobody knows."""

    def __init__(self) -> None:
        super().__init__(None, allow_none=True, min=0.0, max=1.0)

    def validate(self, obj: Any, value: Any) -> float | None:
        """Return ``value`` if it is one; NaN, which is below no bound and above none, is not."""
        found: float | None = super().validate(obj, value)
        if found is not None and math.isnan(found):
            raise traitlets.TraitError(requirement(self.name or "", "be from 0 to 1", "it is nan"))
        return found


class Widget(anywidget.AnyWidget):
    """A widget of ours.

    Attributes:
        look: Colours, line styles and type, from the theme of all pictures.
        key: What marks the place in the notebook that comes to life; see `alive`.
    """

    look: traitlets.Dict[str, Any] = traitlets.Dict(_LOOK, read_only=True).tag(sync=True)
    key = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        for name in traits:
            if not self.has_trait(name):
                message = f"`{type(self).__name__}` has no trait `{name}`."
                raise traitlets.TraitError(message + did_you_mean(name, self.trait_names()))
        super().__init__(**traits)

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
