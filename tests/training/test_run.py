from __future__ import annotations

import copy
import math
import pickle
from pathlib import Path

import pytest
import torch

from qaimagic import TrainingRun
from qaimagic.errors import CheckpointError
from tests.training.problems import quiet, same_states, small_net, story, two_blobs


def test_a_saved_run_comes_back_whole(tmp_path: Path) -> None:
    run = quiet(small_net(), two_blobs(), epochs=3, baseline=small_net(1), test=two_blobs(20))
    path = run.save(tmp_path / "run")
    again = TrainingRun.load(path)
    assert again.history == run.history
    assert again.table == run.table
    assert again.notices == run.notices
    assert same_states(again.best_state, run.best_state)
    assert same_states(again.last_state, run.last_state)
    assert repr(again) == repr(run)
    for name in ("device", "seed", "versions", "circuits", "stop_reason", "fingerprint", "metric"):
        assert getattr(again, name) == getattr(run, name)
    assert [e.val_loss for e in again.baseline.history.epochs] == [
        e.val_loss for e in run.baseline.history.epochs
    ]
    assert again.plot().text == run.plot().text
    with pytest.raises(CheckpointError, match="neither the model nor the data"):
        again.resume(epochs=1)


def test_a_saved_run_can_be_continued_as_a_checkpoint(tmp_path: Path) -> None:
    model, other = small_net(), small_net(seed=5)
    run = quiet(model, two_blobs(), epochs=2)
    run.save(tmp_path / "run")
    longer = quiet(other, two_blobs(), epochs=4, checkpoint=tmp_path / "run")
    assert story(longer) == story(run.resume(epochs=2))


def test_an_earlier_record_does_not_change_when_the_run_goes_on() -> None:
    run = quiet(small_net(), two_blobs(), epochs=2)
    last = {name: tensor.clone() for name, tensor in run.last_state.items()}
    run.resume(epochs=2)
    assert len(run.history.epochs) == 2
    assert same_states(run.last_state, last)
    one, other = run.resume(epochs=1), run.resume(epochs=1)
    assert story(one) == story(other)


def test_what_a_record_tells() -> None:
    run = quiet(small_net(), two_blobs(), epochs=2, baseline=small_net(1))
    assert len(run.history.losses) == len(run.history.seconds) == len(run.history.grad_norms) == 4
    assert len(run.history.metrics) == 2
    assert run.seed == 0
    assert set(run.versions) == {"python", "torch", "pennylane", "qaimagic"}
    frame = run.to_frame()
    assert list(frame["epoch"]) == [1, 2]
    assert "baseline_val_loss" in frame
    assert run.baseline.history.epochs[0].best
    bundle = run.plot()._repr_mimebundle_()
    assert "<svg" in bundle["text/html"]
    assert "logistic regression" in bundle["text/html"]
    assert repr(run).startswith("<TrainingRun: Finished 2 epochs (4 steps). Validation accuracy 0.")


def test_a_copy_is_the_record_alone() -> None:
    run = quiet(small_net(), two_blobs(), epochs=1)
    for twin in (copy.deepcopy(run), pickle.loads(pickle.dumps(run))):
        assert story(twin) == story(run)
        assert same_states(twin.last_state, run.last_state)
        with pytest.raises(CheckpointError, match="neither the model nor the data"):
            twin.resume(epochs=1)
    run.resume(epochs=1)


def test_the_best_state_fits_the_model() -> None:
    run = quiet(small_net(), two_blobs(), epochs=3)
    fresh = small_net(seed=4)
    fresh.load_state_dict(run.best_state)
    assert torch.equal(fresh[0].weight, run.best_state["0.weight"])


def test_a_run_without_epochs_has_a_frame_of_steps() -> None:
    frame = quiet(small_net(), two_blobs(), steps=1).to_frame()
    assert list(frame["step"]) == [1]
    assert math.isfinite(frame["loss"][0])


def test_a_metric_that_was_never_taken_is_not_drawn() -> None:
    run = quiet(small_net(), two_blobs(), steps=1)
    assert run.stop_message == "Finished 1 step."
    assert "accuracy" not in run.plot().text


def test_time_that_is_up_is_told() -> None:
    run = quiet(small_net(), two_blobs(), max_seconds=1e-9)
    assert run.stop_message == "Stopped after 0 steps: the time was up (1e-09 s)."


def test_without_validation_the_result_is_the_epochs_loss_as_the_curve_ends() -> None:
    run = quiet(small_net(), two_blobs(), epochs=2, val=0)
    ends = run.history.epochs[-1].train_loss
    assert ends != run.history.losses[-1]
    assert f"Training loss {ends:.4g} (epoch 2)." in repr(run)
