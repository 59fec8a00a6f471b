"""From the options ``data``, ``target``, ``val`` and ``test`` to batches for the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, random_split

from qaimagic._checks import requirement
from qaimagic.training.data.arrays import Arrays, read_arrays
from qaimagic.training.data.batches import ArrayBatches, Batches, LoaderBatches
from qaimagic.training.data.casting import Casting
from qaimagic.training.loop.streams import derive

Say = Callable[[str], None]
Source = Arrays | Dataset[Any] | DataLoader[Any]


@dataclass(frozen=True)
class Data:
    """The data of a run, each part None if there is none.

    Attributes:
        train: What is learnt from.
        val: What decides which weights are best.
        test: What is looked at once, at the end.
    """

    train: Source
    val: Source | None
    test: Source | None


def read_data(
    data: Any,
    *,
    target: str | None,
    val: Any,
    test: Any,
    seed: int,
    alone: bool,
    say: Say,
) -> Data:
    """Return the parts of the data, checked, with the validation part held out.

    Args:
        data: As in ``train``.
        target: As in ``train``.
        val: As in ``train``.
        test: As in ``train``.
        seed: Decides the split.
        alone: Whether X without targets will do.
        say: Called with what was decided.

    Raises:
        ValueError: If a part is empty, malformed or not finite, or the fraction is not below 1.
        TypeError: If a part is nothing that data can be.
    """
    train = _source(data, "data", target, alone=alone, classes=())
    classes = train.classes if isinstance(train, Arrays) else ()
    if classes:
        say("Targets: " + ", ".join(f"`{word}` is {i}" for i, word in enumerate(classes)) + ".")
    held_out: Source | None
    if val is None or (isinstance(val, Real) and not isinstance(val, bool)):
        train, held_out = _hold_out(train, float(val or 0), seed, say)
    else:
        held_out = _source(val, "val", target, alone=alone, classes=classes)
    looked_at = None
    if test is not None:
        looked_at = _source(test, "test", target, alone=alone, classes=classes)
    return Data(train, held_out, looked_at)


def as_batches(
    source: Source, casting: Casting, batch_size: int, seed: int | None, say: Say
) -> Batches:
    """Return the batches of a part of the data; ``seed`` None keeps the samples in order."""
    if isinstance(source, Arrays):
        return ArrayBatches(casting.arrays(source, say), batch_size, seed)
    if isinstance(source, DataLoader):
        return LoaderBatches(source, seed or 0, casting.batch)
    loader: DataLoader[Any] = DataLoader(source, batch_size, shuffle=seed is not None)
    return LoaderBatches(loader, seed or 0, casting.batch)


def _source(
    data: Any, name: str, target: str | None, *, alone: bool, classes: tuple[str, ...]
) -> Source:
    if isinstance(data, TensorDataset) and 0 < len(data.tensors) <= 2:
        data = data.tensors if len(data.tensors) == 2 else data.tensors[0]
    if not isinstance(data, DataLoader | Dataset):
        return read_arrays(data, name, target, alone=alone, classes=classes)
    if target is not None:
        received = f"`{name}` is a {type(data).__name__}"
        raise ValueError(requirement("target", "name a column of a DataFrame", received))
    if isinstance(data, IterableDataset):
        rule = "be a Dataset with a length, or a DataLoader"
        fix = "Put it into a DataLoader with the batch size you want."
        raise TypeError(requirement(name, rule, "it is an IterableDataset", fix))
    if hasattr(data, "__len__") and not _iterable_loader(data) and len(data) == 0:
        raise ValueError(requirement(name, "hold at least one sample", "it is empty"))
    return data


def _iterable_loader(data: Any) -> bool:
    return isinstance(getattr(data, "dataset", None), IterableDataset)


def _hold_out(source: Source, fraction: float, seed: int, say: Say) -> tuple[Source, Source | None]:
    if not 0 <= fraction < 1:
        rule = "be a fraction from 0 up to 1, or validation data"
        raise ValueError(requirement("val", rule, f"it is {fraction:g}"))
    if fraction == 0:
        return source, None
    if isinstance(source, DataLoader):
        say("A DataLoader is not split: give `val` to have validation.")
        return source, None
    n = len(source)  # type: ignore[arg-type]
    held = round(n * fraction)
    if not 0 < held < n:
        say(f"{n} samples are too few to hold out {fraction:g} of them: no validation.")
        return source, None
    say(f"{held} of {n} samples are held out for validation, drawn by seed {seed}.")
    generator = torch.Generator().manual_seed(derive(seed, "split"))
    if isinstance(source, Arrays):
        order = torch.randperm(n, generator=generator)
        return source.rows(order[held:]), source.rows(order[:held])
    learn, look = random_split(source, [n - held, held], generator=generator)
    return learn, look
