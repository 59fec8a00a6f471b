"""Colours for amounts: from dark blue to pale yellow, each lighter than the one before.

They run through OKLab, in which equal distances look equal. Blue and yellow stay apart under every
common colour-vision deficiency, and lightness alone tells the order, in grey too.

References:
    B. Ottosson, A perceptual color space for image processing (2020),
    https://bottosson.github.io/posts/oklab/
"""

from __future__ import annotations

import math

import numpy as np

from qaimagic.drawing.curves_data import Floats

_STOPS = ((0.27, 0.105, 275.0), (0.46, 0.110, 262.0), (0.66, 0.060, 235.0), (0.95, 0.115, 100.0))
"""Lightness, chroma and hue in degrees, at equal distances."""
_TO_LMS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def amounts(n: int) -> list[str]:
    """Return ``n`` colours as ``#rrggbb``, for the lowest amount to the highest.

    Example:
        >>> low, *_, high = amounts(32)
        >>> low, high
        ('#1a1d58', '#fff194')
    """
    places = np.linspace(0.0, len(_STOPS) - 1.0, n)
    stops = np.array(
        [
            (light, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue)))
            for light, chroma, hue in _STOPS
        ]
    )
    known = np.arange(len(_STOPS), dtype=np.float64)
    lab = np.stack([np.interp(places, known, column) for column in stops.T], axis=1)
    return ["#" + "".join(f"{channel:02x}" for channel in rgb) for rgb in _bytes(lab).tolist()]


def _bytes(lab: Floats) -> Floats:
    """Return OKLab colours, shape (n, 3), as sRGB from 0 to 255."""
    linear = np.clip((lab @ _TO_LMS.T) ** 3 @ _TO_RGB.T, 0.0, 1.0)
    curved = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.power(linear, 1 / 2.4) - 0.055
    )
    return np.asarray(np.rint(255 * curved).astype(int))
