"""A layer in the workers of data loaders, and called by several threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

SCRIPT = """
import sys, threading
import pennylane as qml
import torch
from torch.utils.data import DataLoader, Dataset
import qaimagic

@qaimagic.quantum
def layer(inputs, theta: (2, 4)):
    qml.AngleEmbedding(inputs, wires=range(4))
    qml.BasicEntanglerLayers(theta, wires=range(4))
    return [qml.expval(qml.Z(i)) for i in range(4)]

class Answers(Dataset):
    def __init__(self, layer):
        self.layer = layer
    def __len__(self):
        return 6
    def __getitem__(self, number):
        x = torch.linspace(0, number + 1, 400).reshape(100, 4).requires_grad_()
        answers = self.layer(x)
        answers.sum().backward()
        return torch.cat([answers.detach(), x.grad])

def by_threads(data):
    got = [None] * len(data)
    def work(number):
        for _ in range(10):
            got[number] = data[number]
    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(data))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return torch.stack(got)

if __name__ == "__main__":
    data = Answers(layer)
    expected = torch.stack([data[number] for number in range(len(data))])
    assert torch.equal(by_threads(data), expected)
    loader = DataLoader(data, batch_size=2, num_workers=2, multiprocessing_context=sys.argv[1])
    assert torch.equal(torch.cat(list(loader)), expected)
    print("all the same")
"""


@pytest.mark.parametrize(
    "method", sorted({"fork", "spawn"} & set(torch.multiprocessing.get_all_start_methods()))
)
def test_workers_and_threads_give_the_same_numbers_bit_by_bit(method, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), method],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "all the same"
