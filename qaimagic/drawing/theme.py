"""The look of every picture: colours, type and line styles, all decided here.

Ink is ``currentColor``, so a picture follows the page it stands on, light or dark. Accents are
mid-tones with a contrast of at least 4.2 (text) or 3 (lines) both on white and on ``#111111``;
blue and orange stay apart under every common colour-vision deficiency. Accented words lean towards
the ink where the browser can mix the two, and stay the accent elsewhere. Colour is never the only
sign: series differ in their dashes and markers too, weights and data also in their names.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "currentColor"
WEIGHT = "#2478e0"
DATA = "#c65910"

FILL_OPACITY = 0.13
INK_FILL_OPACITY = 0.055
INK_STROKE_OPACITY = 0.75
WIRE_OPACITY = 0.5
GRID_OPACITY = 0.14
MUTED_OPACITY = 0.68

_LIGHT = 0.24

SANS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
SERIF = "'STIX Two Text', 'Latin Modern Roman', 'Times New Roman', 'Liberation Serif', serif"

FONT_SIZE = 13.0
MATH_SIZE = 14.5
SMALL_SIZE = 11.0
SUBSCRIPT_SCALE = 0.74

STROKE = 1.25
CURVE_STROKE = 2.0
CORNER = 7.0


@dataclass(frozen=True)
class LineStyle:
    """How one series is drawn.

    Attributes:
        color: The stroke, as ``#rrggbb``.
        dash: The value of ``stroke-dasharray`` in pixels; ``"none"`` is a solid line.
        marker: The shape on a line of few points: ``"circle"``, ``"square"``, ``"diamond"``,
            ``"triangle"``, ``"cross"`` or ``"plus"``.
    """

    color: str
    dash: str
    marker: str


SERIES = (
    LineStyle(WEIGHT, "none", "circle"),
    LineStyle(DATA, "7 4", "square"),
    LineStyle("#17a18a", "2 3.5", "diamond"),
    LineStyle("#b83689", "10 3 2 3", "triangle"),
    LineStyle("#bb8a0f", "4 2 4 6", "cross"),
    LineStyle("#7657cf", "14 4", "plus"),
)


def text_color(accent: str) -> str:
    """Return the attributes that colour words in an accent, a third of the way to the ink.

    Example:
        >>> text_color("#2478e0").split()[0]
        'fill="#2478e0"'
    """
    return f'fill="{accent}" style="fill:color-mix(in srgb, {INK} 30%, {accent})"'


def ink_on(accent: str) -> str:
    """Return the colour of words that stand on an accent, white or nearly black.

    Example:
        >>> ink_on("#2478e0"), ink_on("#bb8a0f")
        ('#ffffff', '#111111')
    """
    channels = (int(accent[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    weighted = zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    luminance = sum(value * weight for value, weight in weighted)
    return "#ffffff" if luminance < _LIGHT else "#111111"


def series_style(index: int) -> LineStyle:
    """Return the style of the series at ``index`` (counted from 0); styles repeat after the last.

    Example:
        >>> series_style(0).dash
        'none'
    """
    return SERIES[index % len(SERIES)]
