"""Write nested Python data with tensors to one file, whole or not at all, and read it back.

The file is a safetensors file: the tensors lie in it as they are, everything else as JSON in its
header. Nothing in it is ever executed. A reader sees the old file or the new one, never a half.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.errors import CheckpointError

_HEADER = "qaimagic"
_FORMAT = 1


def check_writable(path: Path) -> None:
    """Check that a file can be written at ``path``, before an hour of work depends on it.

    Raises:
        CheckpointError: If it is a folder, or its folder is missing or does not allow it.
    """
    if path.is_dir():
        raise CheckpointError(requirement("checkpoint", "name a file", f"`{path}` is a folder"))
    try:
        descriptor, probe = tempfile.mkstemp(dir=path.parent)
    except OSError as error:
        received = f"nothing can be written at `{path}` ({error.strerror})"
        fix = "Choose a folder that exists and is yours."
        raise CheckpointError(requirement("checkpoint", "be writable", received, fix)) from error
    os.close(descriptor)
    Path(probe).unlink()


def write(path: Path, content: dict[str, Any]) -> None:
    """Write ``content`` to ``path`` atomically.

    Args:
        path: The file; an older one is replaced at the last moment.
        content: Dictionaries, lists, tuples, numbers, strings, None, and tensors.

    Raises:
        CheckpointError: If it cannot be written.
        TypeError: If something in it is of another type.
    """
    tensors: dict[str, Tensor] = {}
    described = json.dumps(_pack(content, "", tensors), allow_nan=False)
    header = {_HEADER: described, "format": str(_FORMAT)}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        save_file(tensors, temporary, metadata=header)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except (OSError, SafetensorError) as error:
        temporary.unlink(missing_ok=True)
        raise CheckpointError(f"The run could not be saved to `{path}`: {error}") from error


def read(path: Path) -> dict[str, Any]:
    """Return what ``write`` put into ``path``.

    Raises:
        FileNotFoundError: If there is no such file.
        CheckpointError: If it is not a file of qaimagic, or of a later version.
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no saved run at `{path}`.")
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"`{path}` cannot be read as a saved run: {error}") from error
    if _HEADER not in header:
        raise CheckpointError(f"`{path}` was not written by qaimagic.")
    if int(header["format"]) > _FORMAT:
        raise CheckpointError(f"`{path}` was written by a later qaimagic: upgrade this one.")
    content: dict[str, Any] = _unpack(json.loads(header[_HEADER]), tensors)
    return content


def _pack(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, Tensor):
        tensor = value.detach().cpu()
        tensors[name] = (torch.view_as_real(tensor) if tensor.is_complex() else tensor).clone(
            memory_format=torch.contiguous_format
        )
        return {"complex" if tensor.is_complex() else "tensor": name}
    if isinstance(value, dict):
        pairs = [[key, _pack(item, f"{name}/{key}", tensors)] for key, item in value.items()]
        return {"dict": pairs}
    if isinstance(value, list | tuple):
        items = [_pack(item, f"{name}/{i}", tensors) for i, item in enumerate(value)]
        return {"tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"A saved run cannot hold {name.strip('/')}, a {type(value).__name__}.")


def _unpack(value: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_unpack(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "tensor":
            return tensors[content]
        case "complex":
            return torch.view_as_complex(tensors[content])
        case "dict":
            return {key: _unpack(item, tensors) for key, item in content}
        case "tuple":
            return tuple(_unpack(item, tensors) for item in content)
        case _:
            return float(content)
