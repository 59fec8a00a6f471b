"""A table of numbers that grows by rows, as a run does by steps."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_NAN = float("nan")


class Rows:
    """Rows of float64, cheap to add and to send from any row on.

    Args:
        columns: The names of the columns.

    Attributes:
        columns: The same.
        told: The columns that have a number other than NaN in some row.

    Example:
        >>> rows = Rows(["step", "loss"])
        >>> rows.add(1, 0.5)
        >>> rows.add(2, None)
        >>> rows["loss"]
        array([0.5, nan])
    """

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = tuple(columns)
        self.told: set[str] = set()
        self._places = {name: place for place, name in enumerate(self.columns)}
        self._values = array("d")

    def __len__(self) -> int:
        return len(self._values) // len(self.columns)

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """Return a column, shape (number of rows,)."""
        return np.array(self._values[self._places[column] :: len(self.columns)], np.float64)

    def add(self, *values: float | None) -> None:
        """Add a row: one number for each column, None for none.

        Raises:
            ValueError: If there are more or fewer of them than columns.
        """
        if len(values) != len(self.columns):
            raise ValueError(f"A row has {len(self.columns)} values, not {len(values)}.")
        for column, value in zip(self.columns, values, strict=True):
            number = _NAN if value is None else value
            if number == number:
                self.told.add(column)
            self._values.append(number)

    def since(self, row: int) -> bytes:
        """Return the rows from ``row`` on, one after the other in the machine's byte order."""
        return self._values[row * len(self.columns) :].tobytes()
