"""The engine in forked and spawned processes, and called by several threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

SCRIPT = """
import multiprocessing, sys, threading
import torch
from qaimagic.engine import jit
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.run import expvals

gates = [Rotation(((w % 8, "XYZ"[w % 3]),), Angle(((w % 16, 1.0),))) for w in range(48)]
gates[8:8] = [Flip((w + 1) % 8, w) for w in range(8)]
CIRCUIT = Circuit(8, 8, 8, tuple(gates), tuple(((w, "Z"),) for w in range(8)))

def answer(row=0):
    # torch's own threads do not survive a fork; two are for our workers.
    torch.set_num_threads(1)
    assert jit.available()
    from qaimagic.engine import sweeps
    sweeps.n_threads = lambda: 2
    shared = torch.linspace(0, 1, 8, requires_grad=True)
    varied = torch.linspace(row, 2, 8 * 300).reshape(300, 8).requires_grad_()
    values = expvals(CIRCUIT, shared, varied)
    values.square().sum().backward()
    return torch.cat([values.detach().flatten(), shared.grad, varied.grad.flatten()]).tolist()

class Rows(torch.utils.data.Dataset):
    def __len__(self):
        return 6
    def __getitem__(self, row):
        return torch.tensor(answer(row))

def expected_rows():
    return torch.tensor([answer(row) for row in range(6)])

def loaded(method):
    loader = torch.utils.data.DataLoader(
        Rows(), batch_size=2, num_workers=2, multiprocessing_context=method
    )
    return torch.cat(list(loader))

def pooled(method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        return torch.tensor(pool.map(answer, range(6)))

def threaded():
    got = [None] * 6
    def run(row):
        for _ in range(20):
            got[row] = answer(row)
    threads = [threading.Thread(target=run, args=(row,)) for row in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return torch.tensor(got)

if __name__ == "__main__":
    cold, way = sys.argv[1] == "first", sys.argv[2:]
    if cold:
        got = {"threads": threaded, "fork": lambda: pooled("fork")}[way[0]]()
        assert torch.equal(got, expected_rows())
    else:
        expected = expected_rows()
        for run in (threaded, lambda: pooled(way[0]), lambda: loaded(way[0]), threaded):
            assert torch.equal(run(), expected)
    print("all the same")
"""


def run_script(tmp_path, *arguments):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "method", sorted({"fork", "spawn"} & set(torch.multiprocessing.get_all_start_methods()))
)
def test_processes_and_threads_give_the_same_numbers_bit_by_bit(method, tmp_path):
    assert run_script(tmp_path, "then", method) == "all the same"


@pytest.mark.parametrize(
    "way", ["threads", *({"fork"} & set(torch.multiprocessing.get_all_start_methods()))]
)
def test_the_first_call_of_a_process_may_be_one_of_many(way, tmp_path):
    assert run_script(tmp_path, "first", way) == "all the same"
