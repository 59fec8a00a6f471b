"""Pictures that come to life where a front end knows our widgets."""

from __future__ import annotations

import os
from collections.abc import Callable

from qaimagic.drawing.page import Picture
from qaimagic.training.watch.place import has_widgets
from qaimagic.widgets._base import Widget


def bundle(picture: Picture, make_widget: Callable[[], Widget]) -> dict[str, str]:
    """Return what Jupyter stores: a picture, in whose place a widget appears while there is a kernel.

    Args:
        picture: What is seen without a kernel, a script or JupyterLab.
        make_widget: Makes the widget; called only where it can be seen.
    """
    html = picture.html()
    if has_widgets() and os.environ.get("QAIMAGIC_STATIC", "") in ("", "0"):
        html = make_widget().alive(html)
    return {"text/html": html, "text/plain": picture.text}
