"""Batches in an order that follows from the seed and the epoch alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from qaimagic._checks import requirement
from qaimagic.training.data.arrays import Arrays
from qaimagic.training.loop.streams import Stream, derive


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from.

    Attributes:
        inputs: The arguments of the model, each of shape (n, ...).
        target: What it should answer, shape (n, ...), or None.
    """

    inputs: tuple[Tensor, ...]
    target: Tensor | None

    def __len__(self) -> int:
        return len(self.inputs[0])

    @property
    def content(self) -> Any:
        """The batch as data come: X, or (X, y) if there are targets."""
        X = self.inputs[0] if len(self.inputs) == 1 else self.inputs
        return X if self.target is None else (X, self.target)

    def map(self, inputs: Callable[[Tensor], Tensor], target: Callable[[Tensor], Tensor]) -> Batch:
        """Return the batch with both parts changed."""
        goal = None if self.target is None else target(self.target)
        return Batch(tuple(inputs(x) for x in self.inputs), goal)


class Batches(Protocol):
    """Where batches come from; the same epoch always gives the same ones."""

    def __len__(self) -> int:
        """Return the number of batches in an epoch; raises TypeError if it is unknown."""

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """Yield the batches of epoch ``number`` (from 1), without the first ``skip``."""


class ArrayBatches:
    """Batches of data in memory.

    Args:
        arrays: The data, in the dtype and on the torch device of the model.
        size: Samples in a batch; the last one of an epoch may be smaller. A single sample left
            over joins the batch before it, since batch normalisation cannot learn from one.
        seed: Decides the order, or None to keep the rows as they are.
    """

    def __init__(self, arrays: Arrays, size: int, seed: int | None) -> None:
        self.arrays = arrays
        self.size = size
        self._seed = seed

    def __len__(self) -> int:
        whole, rest = divmod(len(self.arrays), self.size)
        return max(1, whole + (rest > 1))

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """Yield the batches of epoch ``number`` (from 1), without the first ``skip``."""
        n = len(self.arrays)
        order = torch.arange(n)
        if self._seed is not None:
            generator = torch.Generator().manual_seed(derive(self._seed, "order", number))
            order = torch.randperm(n, generator=generator)
        for i in range(skip, len(self)):
            end = n if i == len(self) - 1 else (i + 1) * self.size
            rows = self.arrays.rows(order[i * self.size : end])
            yield Batch(rows.inputs, rows.target)


class LoaderBatches:
    """Batches of a DataLoader, whose random numbers come from a stream of their own.

    The stream starts anew in each epoch, also in the loader's own generator if it has one: so a
    run that goes on in the middle of an epoch draws the first batches again and drops them.

    Args:
        loader: Yields X, or a list that ends with the targets.
        seed: Decides the order, if the loader shuffles, and random changes of the samples.
        prepare: Casts a batch to what the model takes.
    """

    def __init__(
        self, loader: DataLoader[Any], seed: int, prepare: Callable[[Batch], Batch]
    ) -> None:
        self.loader = loader
        self._seed = seed
        self._prepare = prepare

    def __len__(self) -> int:
        return len(self.loader)

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """Yield the batches of epoch ``number`` (from 1), without the first ``skip``."""
        seed = derive(self._seed, "loader", number)
        stream = Stream(seed)
        if self.loader.generator is not None:
            self.loader.generator.manual_seed(seed)
        with stream:
            batches = iter(self.loader)
        while True:
            with stream:
                content = next(batches, None)
            if content is None:
                return
            if skip:
                skip -= 1
                continue
            yield self._prepare(as_batch(content))


def as_batch(content: Any) -> Batch:
    """Return what a DataLoader yields as a batch.

    Raises:
        TypeError: If it is neither a tensor nor a list of tensors that ends with the targets.
    """
    if isinstance(content, Tensor):
        return Batch((content,), None)
    if isinstance(content, list | tuple) and all(isinstance(part, Tensor) for part in content):
        if len(content) == 1:
            return Batch((content[0],), None)
        return Batch(tuple(content[:-1]), content[-1])
    rule = "yield a tensor, or (X, y) tensors, in each batch"
    raise TypeError(requirement("data", rule, f"it yields a {type(content).__name__}"))
