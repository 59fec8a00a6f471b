"""The pictures of a notebook that are alive: the last few, so that a long session stays light."""

from __future__ import annotations

from qaimagic.widgets._base import Widget

MOST = 20
"""How many are alive at a time; of earlier ones there is the picture."""

_kept: list[Widget] = []


def keep(widget: Widget) -> None:
    """Keep ``widget`` alive as the latest, and close the earliest where there are too many.

    Without that a widget lives as long as the kernel, with everything that it shows.
    """
    _kept[:] = [other for other in _kept if other is not widget and is_open(other)]
    _kept.append(widget)
    for earliest in _kept[:-MOST]:
        earliest.close()


def is_open(widget: Widget) -> bool:
    """Return whether ``widget`` can still be seen."""
    return widget.comm is not None
