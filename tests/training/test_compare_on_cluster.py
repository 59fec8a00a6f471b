"""Comparisons on Dask's workers: the runs of one process, whatever happens to the workers."""

import os
import signal
import threading
import time

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import compare, devices, quantum
from qaimagic.devices.cluster import connection
from tests.training.problems import two_blobs

pytest.importorskip("distributed")


@quantum
def encoder(inputs, theta: (1, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(i)) for i in range(2)]


def hybrid():
    return nn.Sequential(nn.Linear(2, 2), nn.Tanh(), encoder.new(), nn.Linear(2, 2))


def fast(models, **options):
    given = {"live": False, "epochs": 1, "seeds": 2, "cluster": 2}
    return compare(models, two_blobs(12), **given | options)


class Slow(nn.Linear):
    """Takes a tenth of a second, here or elsewhere, and leaves a file to be found by."""

    def __init__(self, folder):
        super().__init__(2, 2)
        self.folder = folder

    def forward(self, x):
        time.sleep(0.1)
        (self.folder / str(os.getpid())).touch()
        return super().forward(x)


def workers():
    return set(connection.client_of(2).run(os.getpid).values())


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def steps(comparison):
    return [run.history.losses for run in comparison.runs]


def labels(comparison):
    return [(e.model, e.device, e.seed, dict(e.settings)) for e in comparison.entries]


def test_the_runs_are_those_of_one_process(capsys):
    lab = devices.get("default.mixed", shots=20, damping=0.1)
    models = {"hybrid": hybrid, "line": nn.Linear(2, 2)}
    options = {"devices": ["qaimagic.qubit", lab], "steps": 1, "epochs": None}
    there = fast(models, **options)
    told = capsys.readouterr().out.splitlines()
    here = fast(models, **options, cluster=None)
    assert labels(there) == labels(here)
    assert steps(there) == steps(here)
    assert [e.score for e in there.entries] == [e.score for e in here.entries]
    assert [run.circuits for run in there.runs] == [run.circuits for run in here.runs]
    states = zip(there.runs, here.runs, strict=True)
    assert all(
        torch.equal(a.last_state[n], b.last_state[n]) for a, b in states for n in a.last_state
    )
    assert there.planned == len(told) == 6
    assert told[-1].startswith("6 of 6: ")


def test_baselines_and_the_default_device_travel():
    pytest.importorskip("sklearn")
    devices.set_default("default.qubit")
    try:
        there = fast({"hybrid": hybrid}, seeds=1, baselines=True)
        here = fast({"hybrid": hybrid}, seeds=1, baselines=True, cluster=None)
    finally:
        devices.set_default(None)
    assert labels(there) == labels(here)
    assert there.entries[0].device == "default.qubit"
    assert [e.score for e in there.entries] == [e.score for e in here.entries]
    assert len(there.entries) == 4


def test_a_killed_worker_loses_no_run_and_none_is_there_twice(tmp_path):
    models = {"slow": Slow(tmp_path), "line": nn.Linear(2, 2)}
    workers()

    def elsewhere():
        return [int(path.name) for path in tmp_path.iterdir() if path.name != str(os.getpid())]

    def kill():
        wait_until(elsewhere, 60)
        killed.append(elsewhere()[0])
        os.kill(killed[0], signal.SIGKILL)

    killed = []
    here = fast(models, cluster=None, steps=8, epochs=None)
    killer = threading.Thread(target=kill)
    killer.start()
    there = fast(models, steps=8, epochs=None)
    killer.join()
    assert killed
    assert killed[0] not in workers()
    assert labels(there) == labels(here)
    assert steps(there) == steps(here)
    assert there.planned == len(there.runs) == 4


def test_an_interrupt_keeps_what_was_finished_and_ends_the_rest(tmp_path, capsys):
    workers()
    models = {"line": nn.Linear(2, 2), "slow": Slow(tmp_path)}

    def interrupt():
        wait_until(lambda: len(list(tmp_path.iterdir())) >= 2)
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGINT)

    killer = threading.Thread(target=interrupt)
    killer.start()
    start = time.monotonic()
    found = fast(models, steps=2000, epochs=None, patience=None, max_seconds=100)
    killer.join()
    assert {entry.model for entry in found.entries} <= {"line"}
    assert found.planned == 4
    assert "runs are missing" in found.summary
    assert time.monotonic() - start < 60
    client = connection.client_of(2)
    wait_until(lambda: not any(client.processing().values()))
    assert fast(nn.Linear(2, 2)).planned == 2


class Failing(nn.Linear):
    """Learns in the process where it was made, and nowhere else."""

    def __init__(self):
        super().__init__(2, 2)
        self.home = os.getpid()

    def forward(self, x):
        if os.getpid() != self.home:
            raise ValueError("no luck")
        return super().forward(x)


def test_a_run_that_fails_is_a_row_with_its_reason():
    found = fast({"bad": Failing(), "line": nn.Linear(2, 2)})
    assert [row.errors for row in found.rows] == [["ValueError: no luck"], []]
    assert len(found.runs) == 2


def test_what_cannot_be_spread_is_refused_before_anything_runs(capsys):
    shared = devices.get("default.mixed", cluster=2)
    with pytest.raises(ValueError, match=r"`default\.mixed, on 2 processes` shares circuits"):
        fast(hybrid, devices=[shared])
    layer = quantum(encoder.circuit.function, weight_shapes={"theta": (1, 2, 3)}, device=shared)
    with pytest.raises(ValueError, match="share whole runs, or a device's circuits"):
        fast({"hybrid": nn.Sequential(layer)})
    stuck = nn.Linear(2, 2)
    stuck.lock = threading.Lock()
    with pytest.raises(ValueError, match="be able to travel to other processes"):
        fast(lambda: stuck)
    with pytest.raises(ValueError, match="`cluster` must be at least 1"):
        fast(nn.Linear(2, 2), cluster=0)
    with pytest.raises(ValueError, match="`budget` must be given without `cluster`"):
        fast(nn.Linear(2, 2), budget=5)
    assert capsys.readouterr().out == ""
