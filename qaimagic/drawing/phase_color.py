"""The colours of phases: a wheel of hues, even to the eye, on light and dark pages.

Phase 0 is the blue of weights, and opposite phases have opposite hues. A wheel of one lightness
would turn green and pink into each other for those who do not tell red from green, so that the one
is a little lighter than the other. A phase is never told by its colour alone.

References:
    Ottosson, A perceptual color space for image processing (2020), https://bottosson.github.io/posts/oklab/.
"""

from __future__ import annotations

import math

_HUE = math.radians(257.0)
_LIGHTNESS, _SWING = 0.6, 0.04
_CHROMA = 0.13
_N_PHASES = 72


def phase_color(angle: float) -> str:
    """Return the colour of a phase in radians, as ``#rrggbb``.

    Example:
        >>> import math
        >>> phase_color(0.0), phase_color(math.pi)
        ('#4a81cc', '#ab7400')
    """
    hue = _HUE + angle
    lightness = _LIGHTNESS - _SWING * math.sin(angle)
    a, b = _CHROMA * math.cos(hue), _CHROMA * math.sin(hue)
    return "#" + "".join(f"{_channel(value):02x}" for value in _linear_rgb(lightness, a, b))


def _linear_rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """Return linear red, green and blue of a colour in Oklab."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _channel(linear: float) -> int:
    value = min(1.0, max(0.0, linear))
    encoded = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * encoded)


PHASES = tuple(phase_color(2 * math.pi * step / _N_PHASES) for step in range(_N_PHASES))
"""The wheel in equal steps, from 0 on."""
