"""Weights by name, such as ``theta[0,1]``: read, looked up, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import Tensor

from qaimagic._checks import did_you_mean, requirement

_NAME = re.compile(r"([^\W\d]\w*(?:\.\w+)*|\d+(?:\.\w+)+)\s*(?:\[([^\[\]]*)\])?")
_INDEX = re.compile(r"\s*[+-]?\d+\s*")
_LISTED = 8


@dataclass(frozen=True)
class Weight:
    """One trainable number.

    Attributes:
        name: The tensor that holds it.
        index: Where it lies there, counted from 0; empty for a scalar.
    """

    name: str
    index: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name}[{','.join(map(str, self.index))}]" if self.index else self.name


def find_weight(text: str, weights: Mapping[str, Tensor]) -> Weight:
    """Return the weight that ``text`` names.

    A name may leave out what comes before its last dots, where only one tensor has it.

    Args:
        text: A name with an index for each dimension, such as ``theta[0,1]`` or ``1.bias[-1]``.
        weights: The tensors by name.

    Raises:
        TypeError: If it is no text.
        ValueError: If there is no such weight, or several; with the nearest name.

    Example:
        >>> import torch
        >>> find_weight("theta[0,-1]", {"0.theta": torch.zeros(2, 3)})
        Weight(name='0.theta', index=(0, 2))
    """
    if not isinstance(text, str):
        rule = "hold names of weights, such as `theta[0,1]`"
        raise TypeError(requirement("over", rule, f"it holds {text!r}"))
    read = _NAME.fullmatch(text.strip())
    words = [] if read is None or read[2] is None else read[2].split(",")
    if read is None or not all(_INDEX.fullmatch(word) for word in words):
        fix = "Write the tensor and its indices, without spaces: `theta[0,1]`."
        raise ValueError(requirement("over", "hold names of weights", f"it holds `{text}`", fix))
    name = _tensor_name(read[1], weights)
    return Weight(name, _index(name, [int(word) for word in words], tuple(weights[name].shape)))


def _tensor_name(given: str, weights: Mapping[str, Tensor]) -> str:
    if given in weights:
        return given
    ending = [name for name in weights if name.endswith(f".{given}")]
    if len(ending) == 1:
        return ending[0]
    rule = "name trainable weights"
    if ending:
        received = f"`{given}` may be {_listing(ending, ' or ')}"
        raise ValueError(requirement("over", rule, received, "Write the whole name."))
    known = [*weights, *(name.rpartition(".")[2] for name in weights)]
    fix = did_you_mean(given, known).strip() or f"There are {_listing(weights, ', ')}."
    raise ValueError(requirement("over", rule, f"there is no `{given}`", fix))


def _index(name: str, index: list[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(index) != len(shape):
        rule = f"give `{name}`, of shape {shape}, {_count(len(shape))}"
        example = f"[{','.join('0' * len(shape))}]" if shape else ""
        fix = f"For example `{name}{example}`."
        raise ValueError(requirement("over", rule, f"there are {len(index)}", fix))
    for place, size in zip(index, shape, strict=True):
        if not -size <= place < size:
            rule = f"stay within `{name}`, of shape {shape}"
            received = f"index {place} is not among 0 to {size - 1}"
            raise ValueError(requirement("over", rule, received))
    return tuple(place % size for place, size in zip(index, shape, strict=True))


def _count(n: int) -> str:
    return "no index" if n == 0 else "one index" if n == 1 else f"{n} indices"


def _listing(names: Iterable[str], between: str) -> str:
    shown = [f"`{name}`" for name in names]
    return between.join(shown[:_LISTED]) + (", ..." if len(shown) > _LISTED else "")
