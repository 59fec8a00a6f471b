"""Where the time of a run went: phases that sum up to it, kept with the run."""

import time

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic import minimize
from qaimagic._clock import PHASES
from qaimagic.training.record.archive import load_run
from qaimagic.training.record.store import read, write
from qaimagic.training.record.times import MEANINGS, Times
from tests.training.problems import InterruptAt, quiet, two_blobs


def model(**options):
    torch.manual_seed(2)

    @qaimagic.quantum(**options)
    def encoder(inputs, theta: (2, 2, 3)):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.StronglyEntanglingLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    return nn.Sequential(nn.Linear(2, 2), encoder, nn.Linear(2, 2))


@pytest.fixture(scope="module", autouse=True)
def imports_first():
    """What is imported on the way to the first run is no part of it."""
    quiet(nn.Linear(1, 1), (torch.ones(4, 1), torch.ones(4, 1)), epochs=1)


def timed(*arguments, **options):
    began = time.perf_counter()
    run = quiet(*arguments, **options)
    return run, time.perf_counter() - began


def test_phases_sum_up_to_the_run_and_columns_to_the_steps():
    run, whole = timed(model(), two_blobs(), epochs=3, baseline="auto")
    times = run.times
    assert tuple(times.seconds) == PHASES == tuple(MEANINGS)
    assert times.total == sum(times.seconds.values())
    assert 0.8 * whole - 0.05 < times.total <= whole
    assert sum(times.shares.values()) == pytest.approx(1)
    for phase in ("classical", "tracing", "executing", "other"):
        assert times.seconds[phase] > 0
    assert times.seconds["queueing"] == times.seconds["transfer"] == 0
    assert times.steps.shape == (len(run.history.steps), len(PHASES))
    np.testing.assert_allclose(times.steps.sum(axis=1), run.history.seconds, rtol=0.3, atol=2e-4)
    assert (times.steps >= 0).all()
    assert (times.steps.sum(axis=0) <= np.array(list(times.seconds.values())) + 1e-9).all()
    assert not run.baseline.times.seconds


@pytest.mark.parametrize(
    "options",
    [
        {"device": "default.qubit", "diff_method": "backprop"},
        {"device": "default.qubit", "diff_method": "parameter-shift"},
        {"device": "lightning.qubit", "diff_method": "adjoint"},
    ],
    ids=["backprop", "parameter-shift", "adjoint"],
)
def test_the_way_back_of_other_simulators_is_executing(options):
    run, _ = timed(model(**options), two_blobs(16), epochs=2, batch_size=8, val=0)
    of_steps = dict(zip(PHASES, np.median(run.times.steps, axis=0), strict=True))
    assert of_steps["executing"] > of_steps["classical"]
    assert of_steps["tracing"] > 0


def test_a_body_that_sleeps_is_tracing():
    def body(inputs, theta: (1,)):
        time.sleep(0.02)
        qml.RX(inputs[0] + theta[0], wires=0)
        return qml.expval(qml.Z(0))

    layer = qaimagic.quantum(body, device="default.qubit")
    data = torch.linspace(-1, 1, 8).reshape(-1, 1)
    run, _ = timed(
        nn.Sequential(layer), (data, data), epochs=2, batch_size=4, val=0, loss="MSELoss"
    )
    at = PHASES.index("tracing")
    assert (run.times.steps[:, at] >= 0.02).all()


def test_times_are_saved_and_loaded(tmp_path):
    run, _ = timed(model(), two_blobs(16), epochs=1, val=0)
    again = load_run(run.save(tmp_path / "run"))
    assert again.times.seconds == run.times.seconds
    np.testing.assert_array_equal(again.times.steps, run.times.steps)
    assert again.timeline().svg == run.timeline().svg


def test_a_run_of_an_older_version_has_none(tmp_path):
    quiet(model(), two_blobs(16), epochs=1, val=0, checkpoint=tmp_path / "run")
    content = read(tmp_path / "run")
    del content["state"]["times"]
    write(tmp_path / "run", content)
    old = load_run(tmp_path / "run")
    assert old.times.total == 0
    assert repr(old.timeline()) == "no times were kept"
    longer = quiet(model(), two_blobs(16), epochs=2, val=0, checkpoint=tmp_path / "run")
    assert len(longer.times.steps) == 1
    assert len(longer.history.steps) == 2


def test_a_run_that_goes_on_adds_up():
    first, _ = timed(model(), two_blobs(16), epochs=1, val=0)
    began = time.perf_counter()
    longer = first.resume(epochs=2)
    more = time.perf_counter() - began
    assert len(longer.times.steps) == len(longer.history.steps) == 3
    np.testing.assert_array_equal(longer.times.steps[:1], first.times.steps)
    added = longer.times.total - first.times.total
    assert 0.5 * more - 0.05 < added <= more
    for phase, seconds in longer.times.seconds.items():
        assert seconds >= first.times.seconds[phase]


def test_an_interrupted_run_has_times_and_a_run_without_data_too():
    run = quiet(model(), two_blobs(), epochs=5, listeners=[InterruptAt(2)])
    assert len(run.times.steps) == 2
    x = torch.tensor(1.0)
    run = minimize(lambda: (x - 3) ** 2, x, steps=5, live=False)
    assert len(run.times.steps) == 5
    assert run.times.seconds["executing"] == 0 < run.times.seconds["classical"]


def test_a_loop_of_ones_own():
    began = time.perf_counter()
    layer = model(device="default.qubit")
    with qaimagic.live(live=False) as run:
        for _ in run(range(2)):
            loss = layer(torch.ones(4, 2)).sum()
            loss.backward()
            run.log(loss=loss)
    whole = time.perf_counter() - began
    times = run.record.times
    assert 0 < times.seconds["executing"] < times.total <= whole
    assert times.seconds["tracing"] > 0
    assert "executing" in repr(run.record.timeline())


def test_parts_of_a_run_add_up():
    none, some = Times(), Times({"classical": 1.0, "executing": 2.0}, np.ones((2, len(PHASES))))
    for total in (none + some, some + none):
        assert total.seconds == some.seconds
        assert total.steps.shape == (2, len(PHASES))
    assert (some + some).seconds == {"classical": 2.0, "executing": 4.0}
