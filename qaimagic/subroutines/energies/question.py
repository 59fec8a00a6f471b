"""What was asked before it became an energy, so that an answer can be told in the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats

States = NDArray[np.int8]


def _everything(states: States) -> NDArray[np.bool_]:
    return np.ones(len(states), dtype=np.bool_)


@dataclass(frozen=True)
class Question:
    """A combinatorial problem behind an energy.

    Attributes:
        name: What it is called, such as ``"maximum cut"``.
        value: The objective in its own units, shape (m,), of states of shape (m, n).
        decode: What one state, shape (n,), says: two sets of nodes, a colour for each node.
        maximise: Whether a large value is a good one.
        is_feasible: For states of shape (m, n), whether each keeps the rules, shape (m,).
        one_of: Groups of bits of which exactly one is 1; a mixer can keep that rule by itself.
        none_of: Pairs of bits that must not both be 1; a mixer can keep that rule by itself.
        measure: What the value is called, such as ``"cut"``.

    Among feasible states a lower energy never has a worse value.
    """

    name: str
    value: Callable[[States], Floats]
    decode: Callable[[NDArray[np.int8]], Any]
    maximise: bool = False
    is_feasible: Callable[[States], NDArray[np.bool_]] = _everything
    one_of: tuple[tuple[int, ...], ...] = ()
    none_of: tuple[tuple[int, int], ...] = ()
    measure: str = "value"
