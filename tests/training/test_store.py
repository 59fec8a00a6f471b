from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from qaimagic.errors import CheckpointError
from qaimagic.training.record.store import read, write


def test_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    tied = torch.randn(3, 2)
    content: dict[str, Any] = {
        "nothing": None,
        "flags": [True, False],
        "numbers": (1, 0.1 + 0.2, -math.inf, 2**62),
        "words": 'θ → "quoted"',
        "state": {0: {"step": torch.tensor(3.0), "avg": tied, "again": tied, "row": tied.T}},
        "odd": [torch.zeros(0, 2), torch.arange(3), torch.tensor([1 + 2j]), torch.tensor(True)],
        "empty": [{}, [], ()],
    }
    path = tmp_path / "file"
    write(path, content)
    again = read(path)
    assert again["numbers"] == content["numbers"]
    assert isinstance(again["numbers"], tuple)
    assert again["words"] == content["words"]
    assert again["empty"] == content["empty"]
    assert (again["nothing"], again["flags"]) == (None, [True, False])
    for name, tensor in content["state"][0].items():
        assert torch.equal(again["state"][0][name], tensor)
    for one, other in zip(again["odd"], content["odd"], strict=True):
        assert one.dtype == other.dtype
        assert torch.equal(one, other)


def test_nan_survives(tmp_path: Path) -> None:
    write(tmp_path / "file", {"x": math.nan})
    assert math.isnan(read(tmp_path / "file")["x"])


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "file"
    write(path, {"x": 1})
    with pytest.raises(TypeError, match="cannot hold f, a function"):
        write(path, {"f": lambda: None})

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CheckpointError, match="No space left"):
        write(path, {"x": 2})
    assert read(path) == {"x": 1}
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(FileNotFoundError, match="no saved run"):
        read(path)
    path.write_bytes(b"not safetensors at all")
    with pytest.raises(CheckpointError, match="cannot be read"):
        read(path)
    save_file({"x": torch.ones(1)}, path)
    with pytest.raises(CheckpointError, match="not written by qaimagic"):
        read(path)
    save_file({"x": torch.ones(1)}, path, metadata={"qaimagic": "{}", "format": "99"})
    with pytest.raises(CheckpointError, match="later qaimagic"):
        read(path)
