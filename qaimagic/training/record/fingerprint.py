"""Tell whether two runs are the same run: same model, same data, same options."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from qaimagic.training.data.arrays import Arrays
from qaimagic.training.data.supply import Data, Source
from qaimagic.training.loop.weights import quantum_layers
from qaimagic.training.objective.lookup import name_of

Fingerprint = dict[str, str]
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the names under which two fingerprints differ, in order."""
    names = [*one, *(name for name in other if name not in one)]
    return [name for name in names if one.get(name) != other.get(name)]


def of_model(model: nn.Module) -> str:
    """Return a digest of a model's architecture: modules, shapes, dtypes, circuits.

    Which parameters are held counts too; the values of the weights do not.
    """
    layers = {id(layer): layer for layer in quantum_layers(model).values()}
    lines = []
    for name, part in model.named_modules():
        layer = layers.get(id(part))
        told = _ADDRESS.sub("", part.extra_repr()) if layer is None else _circuit(layer)
        lines.append(f"{name}: {type(part).__qualname__}({told})")
    for name, tensor in model.state_dict().items():
        if isinstance(tensor, Tensor):
            lines.append(f"{name}: {tuple(tensor.shape)} {tensor.dtype}")
    lines += [f"{name} is held" for name, p in model.named_parameters() if not p.requires_grad]
    return _digest("\n".join(lines).encode())


def of_tensors(tensors: Mapping[str, Tensor]) -> str:
    """Return a digest of names, shapes and dtypes."""
    lines = [f"{name}: {tuple(t.shape)} {t.dtype}" for name, t in tensors.items()]
    return _digest("\n".join(lines).encode())


def of_data(data: Data) -> str:
    """Return a digest of training and validation data.

    Arrays count in full; of a Dataset or a DataLoader the type, the length, and the first and
    last sample.
    """
    return _digest((_source(data.train) + _source(data.val)).encode())


def of_choice(choice: Any) -> str:
    """Return a word for the value of an option; a function counts with its code."""
    if isinstance(choice, nn.Module):
        return f"{of_model(choice)} {_settings(choice)}"
    if isinstance(choice, partial):
        return f"{of_choice(choice.func)} {choice.args} {choice.keywords}"
    if isinstance(choice, str) or not callable(choice):
        return str(choice)
    return f"{name_of(choice, 'lambda')} {_code(choice)}".strip()


def _circuit(layer: Any) -> str:
    return f"{layer.name} {layer.weight_shapes} {layer.diff_method} {layer.source}"


def _source(source: Source | None) -> str:
    if source is None:
        return "none"
    if isinstance(source, Arrays):
        tensors = [*source.inputs, *([] if source.target is None else [source.target])]
        return " ".join(_tensor(tensor) for tensor in tensors)
    dataset: Any = source.dataset if isinstance(source, DataLoader) else source
    size = len(dataset) if hasattr(dataset, "__len__") else None
    ends = [] if not size else [dataset[0], dataset[size - 1]]
    batch = getattr(source, "batch_size", "")
    return f"{type(dataset).__qualname__} {size} {batch} {[_sample(end) for end in ends]}"


def _settings(module: nn.Module) -> str:
    buffers = " ".join(_tensor(tensor) for tensor in module.buffers())
    plain = {name: v for name, v in vars(module).items() if isinstance(v, int | float | str)}
    return f"{plain} {buffers}"


def _sample(sample: Any) -> str:
    if isinstance(sample, Tensor):
        return _tensor(sample)
    if isinstance(sample, list | tuple):
        return " ".join(_sample(part) for part in sample)
    return _ADDRESS.sub("", repr(sample))


def _tensor(tensor: Tensor) -> str:
    numbers = tensor.detach().cpu().contiguous().reshape(-1)
    raw = numbers.view(torch.uint8).numpy().data if numbers.numel() else memoryview(b"")
    return f"{tuple(tensor.shape)} {tensor.dtype} {_digest(raw)}"


def _code(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    constants = [constant for constant in code.co_consts if not hasattr(constant, "co_code")]
    return _digest(code.co_code + repr((code.co_names, constants)).encode())


def _digest(content: bytes | memoryview) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
