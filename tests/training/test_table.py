"""The table of scores: the same numbers in text and in HTML, with the same digits."""

from __future__ import annotations

import re

import pytest

from qaimagic.training.record.table import Score, table_html, table_text


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ((1.0, 0.98246), ["1.0000", "0.9825"]),
        ((0.03815, -1.02571), ["0.038", "-1.026"]),
        ((12345.6, 3.2), ["12346", "3"]),
        ((0.0001236, 0.0), ["0.0001236", "0.0000000"]),
        ((float("nan"), 0.5), ["NaN", "0.5000"]),
        ((None, 1e9), ["", "1e9"]),
        ((3e-12, 0.0), ["3e-12", "0"]),
    ],
)
def test_a_column_has_the_same_decimals(values: tuple[float, float], cells: list[str]) -> None:
    table = [Score(name, 1, val_metric=value) for name, value in zip("ab", values, strict=True)]
    body = table_html(table, "R2").partition("<tbody>")[2]
    assert re.findall("<td>(.*?)</td>", body)[1::2] == cells
    assert [line[13:].strip() for line in table_text(table, "R2")[1:]] == cells


def test_columns_that_nobody_has_are_left_out() -> None:
    assert table_html([Score("model", 1)], "accuracy") == ""
    assert "test" not in table_html([Score("model", 1, val_loss=0.1)], None)
