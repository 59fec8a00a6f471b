"""A layer travels: through pickle to a spawned process, and through DistributedDataParallel."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import pennylane as qml
import pytest
import torch
import torch.distributed
import torch.multiprocessing
from torch import nn

from qaimagic import HybridLayer, quantum

factor = 2.0


@quantum
def scaled(inputs, theta: 3):
    qml.AngleEmbedding(inputs * factor, wires=range(3))
    for i in range(3):
        qml.RY(theta[i], wires=i)
    qml.CNOT([0, 2])
    return qml.expval(qml.Z(0)), qml.expval(qml.Z(2))


@qml.qnode(qml.device("default.qubit", wires=1))
def node(inputs, theta):
    qml.RX(inputs[..., 0] * theta, wires=0)
    return qml.expval(qml.Z(0))


@pytest.mark.parametrize("layer", [scaled, HybridLayer(node, {"theta": 1})])
def test_a_pickled_layer_answers_the_same_in_a_fresh_process(layer, tmp_path):
    inputs = torch.rand(4, 3)
    expected = layer(inputs)
    file = tmp_path / "layer.pkl"
    file.write_bytes(pickle.dumps((layer, inputs, expected.detach())))
    program = (
        "import pickle, pathlib, torch\n"
        f"layer, x, y = pickle.loads(pathlib.Path({str(file)!r}).read_bytes())\n"
        "assert torch.equal(layer(x), y), (layer(x), y)\n"
        "print(layer.source.count('theta'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def _train(rank: int, store: str, layer: HybridLayer, results: str) -> None:
    if sys.platform == "linux":
        os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{store}", rank=rank, world_size=2
    )
    torch.manual_seed(0)
    model = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(2, 3), layer))
    inputs = torch.linspace(0, 1, 8).reshape(4, 2)[2 * rank : 2 * rank + 2]
    model(inputs).sum(dim=1).mean().backward()
    gradients = [parameter.grad for parameter in model.parameters()]
    torch.save(gradients, f"{results}{rank}")
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


def test_two_processes_average_their_gradients(tmp_path):
    layer = scaled.new()
    results = str(tmp_path / "gradients")
    torch.multiprocessing.spawn(
        _train, args=(str(tmp_path / "store"), layer, results), nprocs=2, join=True
    )
    first, second = (torch.load(f"{results}{rank}", weights_only=True) for rank in range(2))
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), layer)
    model(torch.linspace(0, 1, 8).reshape(4, 2)).sum(dim=1).mean().backward()
    for mine, theirs, alone in zip(first, second, model.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)
        torch.testing.assert_close(mine, alone.grad, atol=1e-6, rtol=1e-5)
