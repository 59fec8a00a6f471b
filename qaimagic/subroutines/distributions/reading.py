"""What people give as a distribution over strings of bits: probabilities, or samples of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats

MOST_BITS = 24
"""The most bits whose strings are all counted: their probabilities fill 128 MiB."""
_ROUNDING = 1e-5


def as_array(name: str, values: Any) -> Floats:
    """Return numbers as an array of doubles.

    Raises:
        TypeError: If they are no array of numbers.
        ValueError: If there is none, or one is NaN or infinite.
    """
    detached = values.detach().cpu() if hasattr(values, "detach") else values
    try:
        array = np.asarray(detached)
    except ValueError as error:
        raise TypeError(requirement(name, "be an array of numbers", str(error))) from error
    if array.dtype.kind not in "biuf":
        received = f"it is a {type(values).__name__}"
        raise TypeError(requirement(name, "be an array of numbers", received))
    array = array.astype(np.float64)
    if not array.size:
        raise ValueError(requirement(name, "hold at least one number", "it is empty"))
    if not np.isfinite(array).all():
        raise ValueError(requirement(name, "be finite", "it holds NaN or infinity"))
    return array


def check_bits(name: str, array: Floats) -> None:
    """Check that samples are strings of bits, few enough that all strings can be counted.

    Raises:
        ValueError: If they are not.
    """
    odd = array[(array != 0) & (array != 1)]
    if len(odd):
        fix = "`X > 0.5` makes bits of grey values, `(X + 1) / 2` of spins."
        received = f"it holds {float(odd[0]):g}"
        raise ValueError(requirement(name, "hold zeros and ones", received, fix))
    if array.shape[1] > MOST_BITS:
        fix = "`mmd` compares samples of as many bits as you like."
        rule = f"have at most {MOST_BITS} bits, so that all strings can be counted"
        raise ValueError(requirement(name, rule, f"it has {array.shape[1]}", fix))


def frequencies(array: Floats) -> Floats:
    """Return how often each string of bits is among samples of shape (m, n), shape (2^n,)."""
    n = array.shape[1]
    places = 1 << np.arange(n - 1, -1, -1, dtype=np.int64)
    counts = np.bincount(array.astype(np.int64) @ places, minlength=2**n)
    return counts / len(array)


def probabilities(name: str, given: Any) -> Floats:
    """Return the probability of every string of bits, shape (2^n,).

    Args:
        name: What the argument is called.
        given: Probabilities, shape (2^n,), or samples, shape (m, n).

    Raises:
        TypeError: If it is no array of numbers.
        ValueError: If it is neither of the two.
    """
    array = as_array(name, given)
    if array.ndim == 2:
        check_bits(name, array)
        return frequencies(array)
    rule = "be probabilities of shape (2^n,), or samples of bits of shape (n_samples, n)"
    if array.ndim != 1 or len(array) < 2 or len(array) & (len(array) - 1):
        raise ValueError(requirement(name, rule, f"its shape is {array.shape}"))
    total = float(array.sum())
    if array.min() < -_ROUNDING or abs(total - 1) > _ROUNDING:
        received = f"its smallest is {array.min():.6g} and they sum to {total:.6g}"
        raise ValueError(requirement(name, "be probabilities that sum to 1", received))
    array = np.maximum(array, 0.0)
    return np.asarray(array / array.sum())


def pair(p: Any, q: Any) -> tuple[Floats, Floats]:
    """Return both distributions as probabilities of the same strings.

    Raises:
        TypeError: If one is no array of numbers.
        ValueError: If one is no distribution, or they are of different numbers of bits.
    """
    first, second = probabilities("p", p), probabilities("q", q)
    if len(first) != len(second):
        bits = [len(each).bit_length() - 1 for each in (first, second)]
        rule, received = f"have {bits[0]} bits as `p` has", f"it has {bits[1]}"
        raise ValueError(requirement("q", rule, received))
    return first, second


def counts_of(name: str, samples: Any) -> tuple[NDArray[np.int64], Floats]:
    """Return how often each string came, shape (2^n,), and the samples, shape (m, n).

    Raises:
        TypeError: If they are no array of numbers.
        ValueError: If they are no samples of bits.
    """
    array = as_array(name, samples)
    if array.ndim != 2:
        rule = "be samples of bits of shape (n_samples, n)"
        raise ValueError(requirement(name, rule, f"its shape is {array.shape}"))
    check_bits(name, array)
    return np.rint(frequencies(array) * len(array)).astype(np.int64), array
