"""What generators drew, beside the data: bits as tiles, real numbers as points on a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.drawing.page import Picture
from qaimagic.drawing.scatter import Scatter, scatter_picture
from qaimagic.drawing.tiles import tiles_picture

if TYPE_CHECKING:
    from qaimagic.subroutines.generative.result import GeneratorComparison

_TITLE = "Samples of each model"
_PANELS = 4


def samples_of(comparison: GeneratorComparison) -> Picture:
    """Return samples of the data and of every model; see ``GeneratorComparison.drawn``."""
    data = comparison.data
    judged = {row.name: row.trials[0].judgement for row in comparison.models}
    samples = {name: one.samples for name, one in judged.items() if one is not None}
    if data.is_bits:
        return tiles_picture({"data": data.patterns} | samples, title=_TITLE, caption="")
    if data.X.shape[1] < 2:
        fix = "`plot()` draws how near to the data they are."
        rule = "have two numbers a sample to be drawn on a plane"
        raise ValueError(requirement("X", rule, "it has one", fix))
    panels = [_panel(name, drawn, data.X) for name, drawn in list(samples.items())[:_PANELS]]
    return scatter_picture(*panels, title=_TITLE)


def _panel(name: str, drawn: Floats, X: Floats) -> Scatter:
    groups = {"samples": drawn[:, :2], "data": X[: len(drawn), :2]}
    return Scatter(groups, name, "feature 0", "feature 1")
