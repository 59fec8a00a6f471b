"""What shows only after many steps, or in the middle of a long one."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.engine import workers
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.run import expvals

ROOT = Path(__file__).parents[2]
STEPS = 20_000


@pytest.fixture
def two_threads(monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(workers.machine, "cores", lambda: 2)
    yield
    torch.set_num_threads(before)


def layered(n_wires, depth):
    """Rotations of every wire by its own angle, and a ring of flips, ``depth`` times."""
    gates = []
    for layer in range(depth):
        for wire in range(n_wires):
            slot = (layer * n_wires + wire) % (2 * n_wires)
            gates.append(Rotation(((wire, "XY"[layer % 2]),), Angle(((slot, 1.0),))))
        gates += [Flip((wire + 1) % n_wires, wire) for wire in range(n_wires)]
    words = tuple(((wire, "Z"),) for wire in range(n_wires))
    return Circuit(n_wires, n_wires, n_wires, tuple(gates), words)


def step(circuit, batch, dtype=torch.float32):
    """Return the values and both gradients for one batch that is always the same."""
    generator = torch.Generator().manual_seed(5)
    shared = torch.rand(circuit.n_shared, generator=generator, dtype=dtype, requires_grad=True)
    varied = torch.rand(
        batch, circuit.n_varied, generator=generator, dtype=dtype, requires_grad=True
    )
    values = expvals(circuit, shared, varied)
    values.square().sum().backward()
    return values.detach(), shared.grad, varied.grad


def keep_on(work, patience=60):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        work()


PROCESS = Path("/proc/self")
linux = pytest.mark.skipif(not PROCESS.joinpath("clear_refs").exists(), reason="no /proc here")


def resident():
    gc.collect()
    pages = PROCESS.joinpath("statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def peak():
    lines = PROCESS.joinpath("status").read_text(encoding="ascii").splitlines()
    [kilobytes] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return 1024 * int(kilobytes)


def states_of_a_step(n_wires, batch):
    """Return by how many states of the batch a step raises the memory of this process."""
    step(layered(6, 2), batch)
    before = resident()
    PROCESS.joinpath("clear_refs").write_text("5", encoding="ascii")
    step(layered(n_wires, 2), batch)
    return (peak() - before) / (batch * 8 * 2**n_wires)


@linux
def test_a_training_step_needs_no_more_than_four_states():
    # What earlier tests left free in this process would hide what a step takes.
    code = "from tests.engine.test_soak import states_of_a_step as f; print(f(18, 32))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 0.9 < float(done.stdout) < 4


@linux
def test_20000_training_steps_take_no_more_memory_than_2000():
    @qaimagic.quantum
    def layer(inputs, theta: (1, 2)):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.BasicEntanglerLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
    data = torch.rand(4, 2, generator=torch.Generator().manual_seed(0))
    before = 0
    for number in range(STEPS):
        if number == STEPS // 10:
            before = resident()
        optimizer.zero_grad()
        layer(data).sum().backward()
        optimizer.step()
    # A number kept in each step would make half a megabyte, the smallest tensor some ten.
    assert resident() - before < 400_000


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Ctrl-C is another thing there")
@pytest.mark.usefixtures("two_threads")
def test_an_interrupt_in_a_long_kernel_leaves_a_process_that_works():
    circuit = layered(14, 24)
    begun = time.monotonic()
    expected = step(circuit, 32)
    lasted = time.monotonic() - begun
    ctrl_c = (threading.main_thread().ident, signal.SIGINT)
    for share in (0.2, 0.4, 0.6, 0.8):
        timer = threading.Timer(share * lasted, signal.pthread_kill, ctrl_c)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            keep_on(lambda: step(circuit, 32))
        timer.join()
        for ours, theirs in zip(step(circuit, 32), expected, strict=True):
            assert torch.equal(ours, theirs)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_numbers_are_bitwise_the_same_from_run_to_run(dtype):
    circuit = layered(9, 6)
    expected = step(circuit, 203, dtype)
    for _ in range(20):
        for ours, theirs in zip(step(circuit, 203, dtype), expected, strict=True):
            assert torch.equal(ours, theirs)
