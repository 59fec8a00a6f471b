"""Reads measurements off the expectation values of Pauli words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor


class Constant:
    """Numbers that are the same in every call, ready in both precisions.

    They are kept as arrays: a tensor would belong to the mode that it was made in, such as
    ``torch.inference_mode`` or ``torch.func.vmap``.

    Args:
        numbers: The numbers; integers are indices.
    """

    def __init__(self, numbers: ArrayLike) -> None:
        array = np.asarray(numbers)
        if array.dtype.kind == "i":
            self._arrays = {torch.float32: array, torch.float64: array}
        else:
            self._arrays = {torch.float32: array.astype(np.float32), torch.float64: array}

    def beside(self, values: Tensor) -> Tensor:
        """Return the numbers in the precision and on the device of ``values``."""
        tensor = torch.from_numpy(self._arrays[values.dtype])
        return tensor.to(values.device)


class Columns:
    """Chooses columns of values.

    Args:
        columns: Their numbers, in the order in which they are wanted.
    """

    def __init__(self, columns: Sequence[int]) -> None:
        first = columns[0] if columns else 0
        self._run = slice(first, first + len(columns))
        is_run = list(columns) == list(range(first, first + len(columns)))
        self._chosen = None if is_run else Constant(columns)

    def of(self, values: Tensor) -> Tensor:
        """Return the columns of ``values``, (batch, n_words), side by side."""
        if self._chosen is None:
            return values[:, self._run]
        return values.index_select(1, self._chosen.beside(values))


@dataclass(frozen=True, eq=False)
class Sum:
    """A sum of words.

    Attributes:
        columns: The columns of the words' values.
        factors: The words' own factors, then that of the identity if it has one: numbers, and
            tensors, 0-d or one for each sample.
        place: Where these are among the coefficients of all sums.
    """

    columns: tuple[int, ...]
    factors: tuple[Any, ...]
    place: slice

    def __call__(self, values: Tensor, coefficients: Tensor | None) -> Tensor:
        """Return the sums, (batch,).

        Args:
            values: The values of all words, (batch, n_words).
            coefficients: In place of the sums' own factors, (n,) or (batch, n).
        """
        if coefficients is not None:
            return self._by_tensor(values, coefficients[..., self.place])
        if not self._is_constant:
            return self._by_tensor(values, _side_by_side(values, self.factors))
        if len(self.columns) == 1:
            total = values[:, self.columns[0]]
            total = total if self.factors[0] == 1 else total * self.factors[0]
        else:
            total = self._chosen.of(values) @ self._weights.beside(values)
        return total + self.factors[-1] if self._has_identity else total

    @cached_property
    def is_value(self) -> bool:
        """Whether it is the value of one word as it stands."""
        return self._is_constant and len(self.columns) == 1 and self.factors == (1.0,)

    @cached_property
    def _is_constant(self) -> bool:
        return not any(isinstance(factor, Tensor) for factor in self.factors)

    @cached_property
    def _has_identity(self) -> bool:
        return len(self.factors) > len(self.columns)

    @cached_property
    def _chosen(self) -> Columns:
        return Columns(self.columns)

    @cached_property
    def _weights(self) -> Constant:
        return Constant(np.array(self.factors[: len(self.columns)], dtype=float))

    def _by_tensor(self, values: Tensor, factors: Tensor) -> Tensor:
        n_words = len(self.columns)
        total = (self._chosen.of(values) * factors[..., :n_words]).sum(-1)
        return total + factors[..., n_words] if self._has_identity else total


def _side_by_side(values: Tensor, factors: Sequence[Any]) -> Tensor:
    tensors = [
        factor.to(values) if isinstance(factor, Tensor) else values.new_tensor(factor)
        for factor in factors
    ]
    shape = max((tensor.shape for tensor in tensors), key=len)
    return torch.stack([tensor.expand(shape) for tensor in tensors], dim=-1)


@dataclass(frozen=True, eq=False)
class Variance:
    """The variance of a sum of words: the mean of its square, minus the square of its mean."""

    square: Sum
    mean: Sum

    def __call__(self, values: Tensor, coefficients: Tensor | None) -> Tensor:
        """Return the variances, (batch,); see :class:`Sum`."""
        return self.square(values, coefficients) - self.mean(values, coefficients) ** 2


@dataclass(frozen=True, eq=False)
class Probabilities:
    """The probabilities of the bits of some wires, by the signs that they give to Z-words.

    Attributes:
        n_wires: The number k of wires.
        columns: The columns of the words' values, in the order of :func:`subsets`.
        is_normalized: Whether the empty word is 1, and not among the columns.
    """

    n_wires: int
    columns: tuple[int, ...]
    is_normalized: bool

    def __call__(self, values: Tensor, _: Tensor | None) -> Tensor:
        """Return the probabilities, (batch, 2**k), none below zero."""
        empty, signs = _signs(self.n_wires, self.is_normalized)
        sums = torch.addmm(empty.beside(values), self._chosen.of(values), signs.beside(values))
        # Outside of the graph: what rounding made negative keeps its slope.
        sums.detach().relu_()
        return sums

    @cached_property
    def _chosen(self) -> Columns:
        return Columns(self.columns)


def subsets(n_wires: int, *, is_normalized: bool) -> list[tuple[int, ...]]:
    """Return the subsets of the wires 0 to n_wires - 1, small ones first.

    Args:
        n_wires: The number of wires.
        is_normalized: Whether to leave out the empty one.
    """
    sizes = range(int(is_normalized), n_wires + 1)
    return [subset for size in sizes for subset in combinations(range(n_wires), size)]


@lru_cache
def _signs(n_wires: int, is_normalized: bool) -> tuple[Constant, Constant]:
    """Return what the empty word and that of each subset add to each probability.

    Their shapes are (2**n_wires,) and (n_subsets, 2**n_wires).
    """
    indices = np.arange(2**n_wires)
    masks = [
        sum(1 << (n_wires - 1 - wire) for wire in subset)
        for subset in subsets(n_wires, is_normalized=is_normalized)
    ]
    odd = np.bitwise_count(np.array(masks)[:, np.newaxis] & indices) & 1
    empty = np.full(2**n_wires, float(is_normalized))
    return Constant(empty / 2**n_wires), Constant((1.0 - 2.0 * odd) / 2**n_wires)
