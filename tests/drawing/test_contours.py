"""Contour lines beside contourpy's, and where a function says they must lie."""

import numpy as np
import pytest

from qaimagic.drawing.contours import contour_lines


def length(lines):
    return sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", [-0.7, 0.0, 0.4])
def test_they_are_those_of_contourpy(seed, level):
    contourpy = pytest.importorskip("contourpy")
    values = np.random.default_rng(seed).normal(size=(12, 17))
    expected = contourpy.contour_generator(z=values).lines(level)
    found = contour_lines(values, level)
    assert len(found) == len(expected)
    assert length(found) == pytest.approx(length(expected), rel=1e-9)


def test_gaps_have_no_lines_and_leave_the_others_as_they_are():
    contourpy = pytest.importorskip("contourpy")
    values = np.random.default_rng(0).normal(size=(9, 9))
    values[4, 4] = np.nan
    expected = contourpy.contour_generator(z=np.ma.masked_invalid(values), corner_mask=False).lines(
        0.1
    )
    assert length(contour_lines(values, 0.1)) == pytest.approx(length(expected), rel=1e-9)
    values[0, 0] = np.inf
    assert all(np.isfinite(line).all() for line in contour_lines(values, 0.1))


def test_a_line_around_a_peak_is_closed_and_a_circle():
    x = np.arange(-10, 11)
    [line] = contour_lines(np.hypot(x[:, None], x), 6.0)
    np.testing.assert_array_equal(line[0], line[-1])
    np.testing.assert_allclose(np.hypot(*(line - 10).T), 6.0, atol=0.03)


@pytest.mark.parametrize("level", [-1.0, 3.0])
def test_a_level_that_is_not_reached_has_none(level):
    assert contour_lines(np.array([[0.0, 1.0], [1.0, 2.0]]), level) == []
