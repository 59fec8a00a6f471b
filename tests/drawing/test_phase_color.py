"""The wheel of phases: seen on light and dark pages, and apart."""

import math

import numpy as np
import pytest

from qaimagic.drawing.phase_color import PHASES, phase_color


def luminance(color):
    channels = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("paper", ["#ffffff", "#111111"])
def test_every_phase_stands_out_from_the_page(paper):
    page = luminance(paper)
    for color in PHASES:
        light, dark = sorted((luminance(color), page), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3.0


def test_opposite_phases_are_told_apart_without_red_and_green():
    # What deuteranopes are left with is about the blue channel and the lightness.
    for angle in np.linspace(0, math.pi, 13):
        one, other = phase_color(angle), phase_color(angle + math.pi)
        blue = abs(int(one[5:], 16) - int(other[5:], 16)) / 255
        light = abs(luminance(one) - luminance(other))
        assert blue > 0.15 or light > 0.08


def test_the_wheel_closes():
    assert phase_color(0.3) == phase_color(0.3 + 2 * math.pi)
    assert len(set(PHASES)) == len(PHASES)
