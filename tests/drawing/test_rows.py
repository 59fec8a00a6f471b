"""A table that grows: its columns, its bytes, and which columns say anything."""

from __future__ import annotations

import numpy as np
import pytest

from qaimagic.drawing.rows import Rows


def test_columns_and_bytes_hold_the_same_numbers():
    rows = Rows(["step", "loss", "metric"])
    for k in range(5):
        rows.add(k, 1.0 / (k + 1), None)
    assert len(rows) == 5
    np.testing.assert_allclose(rows["loss"], 1.0 / np.arange(1, 6))
    tail = np.frombuffer(rows.since(3)).reshape(-1, 3)
    np.testing.assert_array_equal(tail[:, 0], [3.0, 4.0])
    assert np.isnan(tail[:, 2]).all()


def test_what_was_told_is_known_without_looking():
    rows = Rows(["loss", "metric"])
    assert rows.told == set()
    rows.add(float("nan"), None)
    rows.add(float("inf"), None)
    assert rows.told == {"loss"}


def test_a_row_of_another_length_is_refused_whole():
    rows = Rows(["step", "loss"])
    with pytest.raises(ValueError, match="A row has 2 values, not 3"):
        rows.add(1, 2, 3)
    assert len(rows) == 0
