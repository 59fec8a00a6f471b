from itertools import combinations

import pytest

from qaimagic.drawing import theme

PAGES = ("#ffffff", "#111111", "#1e1e1e")
# Viénot, Brettel & Mollon (1999), doi:10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3
DICHROMATS = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def linear(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(one, other):
    dark, light = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True))
        for color in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page", PAGES)
def test_accents_are_readable_as_text_on_every_page(page):
    assert contrast(theme.WEIGHT, page) > 3.8
    assert contrast(theme.DATA, page) > 3.8


@pytest.mark.parametrize("page", PAGES)
def test_series_are_visible_as_lines_on_every_page(page):
    assert min(contrast(style.color, page) for style in theme.SERIES) >= 3


@pytest.mark.parametrize("kind", DICHROMATS)
def test_weights_and_data_differ_for_the_colour_blind(kind):
    def seen(color):
        return [
            sum(m * c for m, c in zip(row, linear(color), strict=True)) for row in DICHROMATS[kind]
        ]

    pairs = zip(seen(theme.WEIGHT), seen(theme.DATA), strict=True)
    assert max(abs(a - b) for a, b in pairs) > 0.5


def test_series_differ_without_colour():
    for one, other in combinations(theme.SERIES, 2):
        assert one.dash != other.dash
        assert one.marker != other.marker
    assert theme.series_style(0).dash == "none"
    assert theme.series_style(len(theme.SERIES)) == theme.series_style(0)
