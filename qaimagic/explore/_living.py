"""Pictures that come to life: a widget where a front end knows it, the picture everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qaimagic.drawing.page import Picture
from qaimagic.training.watch.monitor import is_static
from qaimagic.training.watch.place import has_widgets

if TYPE_CHECKING:
    from qaimagic.widgets._base import Widget


class Living:
    """A picture with the widget that takes its place in JupyterLab and Notebook 7.

    Args:
        picture: What is saved, and seen without the widget.
        make_widget: Makes the widget, when it is displayed there and none is alive.
    """

    def __init__(self, picture: Picture, make_widget: Callable[[], Widget]) -> None:
        self.picture = picture
        self._make_widget = make_widget
        self._widget: Widget | None = None

    def __repr__(self) -> str:
        return repr(self.picture)

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        """Return the picture, in a place that comes to life where there are widgets."""
        bundle = self.picture._repr_mimebundle_()
        if is_static(None) or not has_widgets():
            return bundle
        from qaimagic.widgets._kept import is_open, keep

        if self._widget is None or not is_open(self._widget):
            self._widget = self._make_widget()
        keep(self._widget)
        return {**bundle, "text/html": self._widget.alive(bundle["text/html"])}
