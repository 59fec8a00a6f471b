"""The palette tells order, to everyone, on paper and on a dark page."""

import numpy as np
import pytest

from qaimagic.drawing.palette import amounts

# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colors):
    values = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colors])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lightness(rgb):
    """CIE L*, another scale than the one the palette is made on."""
    luminance = np.clip(rgb @ [0.2126, 0.7152, 0.0722], 0, 1)
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


@pytest.mark.parametrize("eye", DEFICIENCIES)
def test_each_colour_is_lighter_than_the_one_before(eye):
    steps = np.diff(lightness(linear(amounts(32)) @ DEFICIENCIES[eye].T))
    assert steps.min() > 0.8
    assert steps.max() < 5


def test_they_span_dark_to_light():
    ends = lightness(linear(amounts(32)[::31]))
    assert ends[0] < 20
    assert ends[1] > 90
