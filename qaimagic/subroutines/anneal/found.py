"""Samples as an annealer gives them, before they are put in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENUMERATED = 20
"""The most variables whose states are enumerated beside samples."""


@dataclass(frozen=True)
class Found:
    """Samples as they come.

    Attributes:
        states: The variables' values, shape (m, n).
        counts: How often each row came, shape (m,).
        notes: What was done to the problem, in sentences.
        chain_breaks: The fraction of chains of qubits that broke, or None without chains.
        bound: An energy below which no state lies, as the method proved, or None.
    """

    states: NDArray[np.int8]
    counts: NDArray[np.int64]
    notes: tuple[str, ...] = ()
    chain_breaks: float | None = None
    bound: float | None = None
