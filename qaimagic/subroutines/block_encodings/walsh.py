"""The Walsh-Hadamard transform, and rotations in the order in which Gray's code counts."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.float64, np.complex128)


def walsh(values: NDArray[Number]) -> NDArray[Number]:
    r"""Return the sums of numbers with the signs of each word of Z.

    .. math:: \hat v_z = \sum_k (-1)^{z \cdot k} v_k

    Args:
        values: Shape (..., 2^n).

    Example:
        >>> walsh(np.array([1.0, 2.0, 3.0, 4.0])).tolist()
        [10.0, -2.0, -4.0, 0.0]
    """
    shape = values.shape
    step = shape[-1] // 2
    while step:
        pairs = values.reshape(*shape[:-1], -1, 2, step)
        first, second = pairs[..., 0, :], pairs[..., 1, :]
        values = np.stack([first + second, first - second], axis=-2).reshape(shape)
        step //= 2
    return values


def gray(count: int) -> NDArray[np.int64]:
    """Return so many numbers of Gray's code; one bit changes from each to the next.

    Example:
        >>> gray(4).tolist()
        [0, 1, 3, 2]
    """
    numbers = np.arange(count)
    return numbers ^ (numbers >> 1)


def multiplexed(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return rotations with a CNOT between one and the next, from the angle for each basis state.

    .. math:: \hat\theta_i = 2^{-m} \sum_k (-1)^{k \cdot g_i} \, \theta_k

    Args:
        angles: Shape (..., 2^m).
    """
    size = angles.shape[-1]
    rotations: NDArray[np.float64] = walsh(angles)[..., gray(size)] / size
    return rotations
