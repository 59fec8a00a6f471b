"""Pictures that come alive where the front end has widgets, and stay pictures elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from qaimagic.drawing.page import Picture
from qaimagic.training.watch.place import has_widgets

if TYPE_CHECKING:
    from qaimagic.widgets._base import Widget


class Living:
    """A picture, and the widget that takes its place while it is looked at.

    Args:
        picture: What a terminal prints, and what a notebook saves.
        make_widget: Makes the widget, when it is first displayed where there are widgets.
    """

    def __init__(self, picture: Picture, make_widget: Callable[[], Widget]) -> None:
        self.picture = picture
        self._make = make_widget
        self._widget: Widget | None = None

    def __repr__(self) -> str:
        return self.picture.text

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        html = self.picture.html()
        if _is_alive():
            if self._widget is None:
                self._widget = self._make()
            html = self._widget.alive(html)
        return {"text/html": html, "text/plain": self.picture.text}


def _is_alive() -> bool:
    return os.environ.get("QAIMAGIC_STATIC", "") in ("", "0") and has_widgets()
