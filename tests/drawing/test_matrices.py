import numpy as np

from qaimagic.drawing.curves_axes import MINUS
from qaimagic.drawing.matrices import Grid, matrices_picture


def drawn(*grids):
    return matrices_picture(*grids, title="Title <1>", text="text")


def test_numbers_are_written_into_small_matrices():
    svg = drawn(Grid("A", np.array([[1.5, -2.0], [0.0, 0.25]]) + 0j)).svg
    assert f">{MINUS}2<" in svg
    assert ">1.5<" in svg
    assert ">negative<" in svg
    assert "Title &lt;1&gt;" in svg


def test_complex_matrices_have_a_legend_of_phases():
    picture = drawn(Grid("A", np.array([[1j, 1 - 2j]])))
    assert f">{MINUS}i<" in picture.svg
    assert f">1{MINUS}2i<" in picture.svg
    assert f"<td>1{MINUS}2i</td>" in picture.table


def test_large_matrices_have_cells_alone_and_zeros_have_none():
    svg = drawn(Grid("U", np.eye(16) + 0j, corner=(4, 4))).svg
    assert svg.count("fill-opacity") == 16
    assert 'stroke-width="2.5"' in svg
    assert ">1<" not in svg


def test_a_matrix_of_zeros_is_drawn():
    assert ">0<" in drawn(Grid("zero", np.zeros((2, 2)) + 0j)).svg
