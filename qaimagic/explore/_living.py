"""A picture that comes to life where the front end has widgets."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qaimagic.drawing.page import Picture
from qaimagic.training.watch.place import has_widgets

if TYPE_CHECKING:
    from qaimagic.widgets._base import Widget


def shown(picture: Picture, make_widget: Callable[[], Widget]) -> Living:
    """Return what shows ``picture``, alive where that can be; the notebook saves the picture alone.

    Args:
        picture: What is seen without a kernel or without widgets.
        make_widget: Makes the widget, once, when it is first displayed.
    """
    return Living(picture, make_widget)


class Living:
    """What :func:`shown` returns."""

    def __init__(self, picture: Picture, make_widget: Callable[[], Widget]) -> None:
        self.picture = picture
        self._make_widget = make_widget
        self._widget: Widget | None = None

    def __repr__(self) -> str:
        return repr(self.picture)

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, Any]:
        bundle: dict[str, Any] = self.picture._repr_mimebundle_()
        if os.environ.get("QAIMAGIC_STATIC") or not has_widgets():
            return bundle
        if self._widget is None:
            self._widget = self._make_widget()
        return {**bundle, "text/html": self._widget.alive(bundle["text/html"])}
