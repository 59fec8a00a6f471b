r"""Every energy at once, for few variables: a polynomial's values on all its states.

Coefficients stand in an array of shape :math:`(2^n,)`, one place for each product of variables.
One pass over each variable turns them into energies in place, one for each state: with
:math:`\begin{pmatrix}1&1\\1&-1\end{pmatrix}` for a spin (which makes the whole a
Walsh-Hadamard transform) and :math:`\begin{pmatrix}1&0\\1&1\end{pmatrix}` for a bit. That
takes :math:`n 2^n` additions, whatever the order of the terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaimagic.errors import DeviceError

Floats: TypeAlias = NDArray[np.float64]
Terms: TypeAlias = Mapping[tuple[int, ...], float]

MOST = 24
"""The most variables whose states can be enumerated: their energies fill 128 MiB."""


def check_size(n: int, most: int = MOST) -> None:
    """Check that so many variables can be enumerated.

    Raises:
        DeviceError: If they cannot.
    """
    if n > most:
        raise DeviceError(
            f"Device `anneal:exact` enumerates at most {most} variables, but there are {n}. "
            "`anneal:simulated` takes as many as you like."
        )


def spectrum(terms: Terms, spins: Sequence[bool]) -> Floats:
    """Return the energy of every state, shape (2^n,).

    In state k, variable i is decided by the bit of k with the weight 2^(n - 1 - i): variable 0 is
    the most significant one, as wire 0 is. A bit set is a bit of 1, or a spin of -1.

    Args:
        terms: The coefficient of each product of distinct variables; ``()`` is the constant.
        spins: For each of the n variables, whether it is a spin.

    Example:
        >>> spectrum({(0, 1): 1.0}, [True, True]).tolist()
        [1.0, -1.0, -1.0, 1.0]
    """
    n = len(spins)
    energies = np.zeros(2**n)
    for term, coefficient in terms.items():
        energies[sum(1 << (n - 1 - i) for i in term)] += coefficient
    for i, is_spin in enumerate(spins):
        pairs = energies.reshape(2**i, 2, -1)
        without, with_it = pairs[:, 0], pairs[:, 1]
        if is_spin:
            without += with_it
            with_it *= -2.0
            with_it += without
        else:
            with_it += without
    return energies


def states(numbers: NDArray[np.int64], spins: Sequence[bool]) -> NDArray[np.int8]:
    """Return the values of the variables in the states with these numbers, shape (m, n)."""
    n = len(spins)
    bits = (numbers[:, None] >> np.arange(n - 1, -1, -1)) & 1
    return np.where(np.asarray(spins), 1 - 2 * bits, bits).astype(np.int8)


def lowest(energies: Floats, count: int) -> NDArray[np.int64]:
    """Return the numbers of the ``count`` lowest of all states, the lowest first."""
    if count >= len(energies):
        return np.argsort(energies, kind="stable")
    found = np.sort(np.argpartition(energies, count)[:count])
    return found[np.argsort(energies[found], kind="stable")]
