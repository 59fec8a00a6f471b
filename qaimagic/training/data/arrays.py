"""Read what people call data: arrays, tensors, lists and tables become checked tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import did_you_mean, requirement


@dataclass(frozen=True)
class Arrays:
    """Data in memory, one row a sample.

    Attributes:
        inputs: The arguments of the model, each of shape (n_samples, ...).
        target: What to predict, shape (n_samples, ...), or None.
        columns: Names of the features, if a table told them.
        classes: The words that the targets stood for, if they were words.
    """

    inputs: tuple[Tensor, ...]
    target: Tensor | None
    columns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.inputs[0])

    def rows(self, index: Tensor) -> Arrays:
        """Return the samples at ``index``, shape (n,), dtype int64."""
        inputs = tuple(x[index] for x in self.inputs)
        target = None if self.target is None else self.target[index]
        return Arrays(inputs, target, self.columns, self.classes)


def read_arrays(
    data: Any, name: str, target: str | None, *, alone: bool, classes: tuple[str, ...] = ()
) -> Arrays:
    """Return ``data`` as tensors that fit together and hold no NaN.

    Args:
        data: An (X, y) pair, an object with ``data`` and ``target`` (as scikit-learn's loaders
            return), a DataFrame, or X alone. X may be a tuple of arrays, one for each argument.
        name: The option it was given for.
        target: The DataFrame's column to predict.
        alone: Whether X without targets will do.
        classes: The order of the words among the targets, if it is known already.

    Raises:
        ValueError: If the data are empty, of unequal length, of the wrong number of dimensions,
            hold NaN or infinite numbers, or text among the features.
        TypeError: If ``data`` is nothing of the above.
    """
    if _is_table(data):
        X, y = _split_table(data, name, target, alone=alone)
    elif target is not None:
        received = f"`{name}` is a {type(data).__name__}"
        raise ValueError(requirement("target", "name a column of a DataFrame", received))
    elif hasattr(data, "data") and hasattr(data, "target"):
        X, y = data.data, data.target
    elif isinstance(data, tuple | list) and len(data) == 2 and not _is_number(data[0]):
        X, y = data
    elif alone and not isinstance(data, str) and hasattr(data, "__len__"):
        X, y = data, None
    else:
        rule = "be an (X, y) pair, a Dataset, a DataLoader, or a DataFrame with `target`"
        raise TypeError(requirement(name, rule, f"it is {_kind(data)}", _targets_too(data, name)))
    columns = tuple(str(column) for column in X.columns) if _is_table(X) else ()
    parts = X if isinstance(X, tuple) and len(X) and not _is_number(X[0]) else (X,)
    inputs = tuple(_features(part, name, columns) for part in parts)
    _check_lengths(name, [("X", x) for x in inputs])
    if y is None:
        return Arrays(inputs, None, columns)
    goal, classes = _targets(y, name, classes)
    _check_lengths(name, [("X", inputs[0]), ("y", goal)])
    return Arrays(inputs, goal, columns, classes)


def _is_table(value: Any) -> bool:
    return hasattr(value, "columns") and hasattr(value, "to_numpy")


def _is_number(value: Any) -> bool:
    return bool(np.isscalar(value)) or getattr(value, "ndim", 1) == 0


def _kind(value: Any) -> str:
    if callable(value) and not isinstance(value, torch.nn.Module):
        return f"a function; call it (`{getattr(value, '__name__', 'f')}()`) if it returns the data"
    length = f" of {len(value)} items" if isinstance(value, tuple | list) else ""
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'AEIOUaeiou' or kind == 'ndarray' else 'a'} {kind}{length}"


def _targets_too(value: Any, name: str) -> str:
    """Return how to give the targets as well, for what looks like features alone."""
    if not hasattr(value, "shape") or len(value.shape) < 2:
        return ""
    return f"Give the targets too: `(X, y)`, in a cell `--{name} X y`."


def _split_table(table: Any, name: str, target: str | None, *, alone: bool) -> tuple[Any, Any]:
    if target is None:
        if alone:
            return table, None
        listing = ", ".join(f"`{column}`" for column in list(table.columns)[:8])
        received = f"it is missing; the columns are {listing}"
        rule = f"name the column of `{name}` to predict"
        raise ValueError(requirement("target", rule, received))
    if target not in table.columns:
        hint = did_you_mean(target, [str(column) for column in table.columns])
        rule = f"name a column of `{name}`"
        raise ValueError(requirement("target", rule, f"it is `{target}`") + hint)
    return table.drop(columns=[target]), table[target]


def _features(value: Any, name: str, columns: tuple[str, ...]) -> Tensor:
    array = _numbers(value, name, "X")
    if array.ndim < 2:
        rule = "have X of shape (n_samples, n_features)"
        fix = "`X.reshape(-1, 1)` makes one feature of it." if array.ndim else ""
        raise ValueError(requirement(name, rule, f"its shape is {tuple(array.shape)}", fix))
    if len(array) == 0:
        raise ValueError(requirement(name, "hold at least one sample", "it is empty"))
    _check_finite(array, name, "X", columns)
    return array


def _targets(y: Any, name: str, classes: tuple[str, ...]) -> tuple[Tensor, tuple[str, ...]]:
    words = y if isinstance(y, Tensor) else np.asarray(y)
    if not isinstance(words, Tensor) and words.dtype.kind in "OUS" and words.ndim == 1:
        texts = [str(word) for word in words]
        if any(word is None or word != word for word in words):
            received = f"{sum(word is None or word != word for word in words)} are missing"
            raise ValueError(requirement(name, "have a target for each sample", received))
        classes = classes or tuple(sorted(set(texts)))
        unknown = sorted(set(texts) - set(classes))
        if unknown:
            received = f"`{unknown[0]}` is not among the training data's"
            raise ValueError(requirement(name, "have known classes as targets", received))
        index = {word: i for i, word in enumerate(classes)}
        return torch.tensor([index[text] for text in texts]), classes
    goal = _numbers(y, name, "y")
    if goal.ndim == 0:
        received = "its y is a single number"
        raise ValueError(requirement(name, "have one target for each sample", received))
    _check_finite(goal, name, "y", ())
    return goal, ()


def _numbers(value: Any, name: str, part: str) -> Tensor:
    if isinstance(value, Tensor):
        return value.detach()
    for column in value.columns if _is_table(value) else ():
        kind = value[column].dtype.kind
        if kind not in "biuf":
            rule = "hold numbers as features"
            received = f"column `{column}` holds {'dates' if kind in 'mM' else 'text'}"
            fix = "Encode it as numbers, or drop it."
            raise ValueError(requirement(name, rule, received, fix))
    try:
        array = np.asarray(value)
    except ValueError as error:
        received = f"the rows of {part} differ in length"
        raise ValueError(requirement(name, "be rectangular", received)) from error
    if array.dtype.kind not in "biufc":
        received = f"{part} holds {'text' if array.dtype.kind in 'US' else 'other objects'}"
        raise ValueError(requirement(name, "hold numbers", received))
    if array.dtype == np.float16 or array.dtype.kind == "u" or array.dtype.byteorder == ">":
        array = array.astype(np.float32 if array.dtype.kind == "f" else np.int64)
    return torch.from_numpy(np.array(array))


def _check_lengths(name: str, parts: list[tuple[str, Tensor]]) -> None:
    lengths = {len(part) for _, part in parts}
    if len(lengths) > 1:
        received = " and ".join(f"{label} has {len(part)}" for label, part in parts)
        raise ValueError(requirement(name, "have as many targets as samples", received))


def _check_finite(array: Tensor, name: str, part: str, columns: tuple[str, ...]) -> None:
    if not (array.is_floating_point() or array.is_complex()):
        return
    wrong = ~torch.isfinite(array)
    if not wrong.any():
        return
    rows = int(wrong.reshape(len(array), -1).any(dim=1).sum())
    what = "NaN" if torch.isnan(array).any() else "infinite numbers"
    received = f"{rows} of {len(array)} rows of {part} hold {what}"
    if array.ndim == 2 and part == "X":
        guilty = [i for i in range(array.shape[1]) if wrong[:, i].any()]
        labels = [f"`{columns[i]}`" if columns else str(i) for i in guilty[:5]]
        received += f" (column {', '.join(labels)}{', ...' if len(guilty) > 5 else ''})"
    fix = "Drop those rows or fill the gaps first."
    raise ValueError(requirement(name, "hold finite numbers only", received, fix))
