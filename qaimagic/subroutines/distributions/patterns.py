"""Patterns of bits that generative models are tried on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_int, requirement

_MOST = 16


def bars_and_stripes(rows: int, columns: int | None = None) -> NDArray[np.int64]:
    """Return all images whose rows are each of one colour, or whose columns are.

    Args:
        rows: How many rows.
        columns: How many columns; as many as rows if not given.

    Returns:
        Each image once, row by row as zeros and ones, shape
        (2^rows + 2^columns - 2, rows * columns), in the order of their numbers.

    Raises:
        TypeError: If a number is not whole.
        ValueError: If one is below 1 or above 16.

    Example:
        >>> bars_and_stripes(2).tolist()  # doctest: +NORMALIZE_WHITESPACE
        [[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1]]

    References:
        MacKay, Information Theory, Inference, and Learning Algorithms (2003), section 43;
        Benedetti et al., npj Quantum Information 5 (2019) 45, arXiv:1801.07686.
    """
    sizes = {"rows": rows, "columns": rows if columns is None else columns}
    for name, size in sizes.items():
        if check_int(name, size, minimum=1) > _MOST:
            raise ValueError(requirement(name, f"be at most {_MOST}", f"it is {size}"))
    height, width = sizes.values()
    stripes = np.repeat(_strings(height), width, axis=1)
    bars = np.tile(_strings(width), (1, height))
    # Both have the images of one colour.
    images = np.concatenate([stripes, bars[1:-1]])
    numbers = np.packbits(images.astype(bool), axis=1)
    return images[np.argsort(numbers.view(f"S{numbers.shape[1]}").ravel())]


def _strings(n: int) -> NDArray[np.int64]:
    """Return all strings of n bits, shape (2^n, n)."""
    return (np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1
