"""``compare_generators``: generative models trained on the same data, and judged alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qaimagic.subroutines.generative.result import GeneratorComparison


def compare_generators(
    models: Any,
    X: Any,
    *,
    X_test: Any = None,
    steps: int = 300,
    lr: float | Mapping[str, float] = 0.05,
    batch_size: int = 64,
    seeds: int | Sequence[int] = 3,
    twins: bool = True,
    samples: int = 1000,
    bandwidth: float | Sequence[float] | None = None,
    budget: float | None = None,
    live: bool | None = None,
) -> GeneratorComparison:
    """Train generative models on the same data, with fresh weights for each seed; judge all alike.

    Args:
        models: A generator (see ``contract.py``), a function without arguments that returns a new
            one, a list of these, or a dictionary that names them.
        X: Data of shape (m, d): bits, or real numbers.
    """
    raise NotImplementedError
