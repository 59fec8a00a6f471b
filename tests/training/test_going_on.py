"""A run that stops and goes on is, bit for bit, the run that never stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

from qaimagic import TrainingRun, minimize
from qaimagic.errors import CheckpointError
from tests.training.problems import InterruptAt, quiet, same_states, small_net, story, two_blobs

OPTIONS: list[dict[str, Any]] = [
    {},
    {"baseline": True, "schedule": "CosineAnnealingLR", "epochs": 6},
    {"opt": "LBFGS", "clip": 0.5},
    {"opt": "SGD", "schedule": "ReduceLROnPlateau"},
    {"schedule": lambda opt: torch.optim.lr_scheduler.LambdaLR(opt, lambda epoch: 0.5**epoch)},
]


def _options(options: dict[str, Any]) -> dict[str, Any]:
    twin = small_net(seed=9) if options.get("baseline") else None
    return {"batch_size": 10, "seed": 4, "lr": 0.05, **options, "baseline": twin}


def _assert_same(one: Any, model: Any, other: Any, other_model: Any) -> None:
    assert story(one) == story(other)
    assert same_states(one.last_state, other.last_state)
    assert same_states(one.best_state, other.best_state)
    assert same_states(model.state_dict(), other_model.state_dict())
    if one.baseline is not None:
        assert same_states(one.baseline.last_state, other.baseline.last_state)


@pytest.mark.parametrize("options", OPTIONS)
def test_resume_after_whole_epochs(options: dict[str, Any]) -> None:
    whole_model, model = small_net(), small_net()
    whole = quiet(whole_model, two_blobs(), **_options(options) | {"epochs": 6})
    part = quiet(model, two_blobs(), **_options(options) | {"epochs": 2})
    if options.get("schedule") == "CosineAnnealingLR":
        # The cosine is spread over the first call's epochs, and goes on from there.
        assert story(part) != story(whole)[: len(story(part))]
        return
    _assert_same(whole, whole_model, part.resume(epochs=4), model)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("step", [1, 8, 12, 13])
def test_resume_in_the_middle_of_an_epoch(options: dict[str, Any], step: int) -> None:
    whole_model, model = small_net(), small_net()
    settings = _options(options) | {"epochs": 4}
    whole = quiet(whole_model, two_blobs(), **settings)
    settings = _options(options) | {"epochs": 4}
    part = quiet(model, two_blobs(), **settings, listeners=[InterruptAt(step)])
    assert part.stop_reason == "interrupted"
    assert len(part.history.steps) == step
    assert same_states(model.state_dict(), part.last_state)
    part._resume.__self__.board.listeners = ()
    _assert_same(whole, whole_model, part.resume(epochs=4 - len(part.history.epochs)), model)


def test_a_shuffling_dataloader_goes_on_exactly() -> None:
    X, y = two_blobs()

    def loader() -> DataLoader[Any]:
        generator = torch.Generator().manual_seed(torch.seed())
        return DataLoader(TensorDataset(X, y), batch_size=10, shuffle=True, generator=generator)

    model, other = small_net(), small_net()
    val = two_blobs(seed=8)
    whole = quiet(model, loader(), val=val, epochs=3)
    part = quiet(other, loader(), val=val, epochs=3, listeners=[InterruptAt(9)])
    part._resume.__self__.board.listeners = ()
    _assert_same(whole, model, part.resume(epochs=2), other)


def test_an_interrupt_during_validation_loses_nothing() -> None:
    class Held(Dataset[Any]):
        def __init__(self, *, stop: bool) -> None:
            self.X, self.y = two_blobs(16, seed=8)
            self.stop = stop

        def __len__(self) -> int:
            return 16

        def __getitem__(self, index: int) -> Any:
            if self.stop and index == 3:
                self.stop = False
                signal.raise_signal(signal.SIGINT)
            return self.X[index], self.y[index]

    model, other = small_net(), small_net()
    options: dict[str, Any] = {"epochs": 2, "batch_size": 8}
    whole = quiet(model, two_blobs(), val=Held(stop=False), **options)
    part = quiet(other, two_blobs(), val=Held(stop=True), **options)
    assert part.stop_reason == "interrupted"
    assert not part.history.epochs
    _assert_same(whole, model, part.resume(epochs=2), other)


def test_training_again_goes_on_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    whole_model, model = small_net(), small_net()
    whole = quiet(whole_model, two_blobs(), epochs=5)
    quiet(model, two_blobs(), epochs=2)
    capsys.readouterr()
    again = quiet(model, two_blobs(), epochs=3)
    assert "Goes on where the last run ended, after epoch 2." in capsys.readouterr().out
    _assert_same(whole, whole_model, again, model)


def test_another_option_goes_on_from_the_weights_and_names_it() -> None:
    model = small_net()
    quiet(model, two_blobs(), epochs=2)
    left = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    heard: list[Any] = []
    run = quiet(model, two_blobs(), epochs=1, lr=1e-12, clip=1.0, listeners=[heard.append])
    assert any("since `lr`, `clip` differ from last time" in notice for notice in run.notices)
    assert len(run.history.epochs) == 1
    assert torch.allclose(model[0].weight, left["0.weight"])


def test_other_data_and_changed_weights_start_a_new_optimizer() -> None:
    model = small_net()
    quiet(model, two_blobs(), epochs=1)
    run = quiet(model, two_blobs(seed=5), epochs=1)
    assert any("since `data` differs" in notice for notice in run.notices)
    with torch.no_grad():
        model[0].weight.add_(1.0)
    run = quiet(model, two_blobs(seed=5), epochs=1)
    assert any("weights were changed since its last run" in notice for notice in run.notices)


def test_fresh_starts_from_the_weights_before_the_first_run() -> None:
    model = small_net()
    first = quiet(model, two_blobs(), epochs=2)
    quiet(model, two_blobs(), epochs=1)
    again = quiet(model, two_blobs(), epochs=2, fresh=True)
    assert story(again) == story(first)
    assert same_states(again.last_state, first.last_state)


def test_a_model_that_is_gone_is_forgotten() -> None:
    import gc

    from qaimagic.training.record.memory import _last

    gc.collect()
    before = len(_last)
    model = small_net()
    run = quiet(model, two_blobs(), epochs=1)
    assert len(_last) == before + 1
    del model, run
    gc.collect()
    assert len(_last) == before


def test_checkpoint_goes_on_and_is_complete_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    options: dict[str, Any] = {"epochs": 8, "lr": 0.3}
    whole_model, model, last_model = small_net(), small_net(), small_net(seed=77)
    whole = quiet(whole_model, two_blobs(), **options)
    assert [row.best for row in whole.history.epochs[4:]].count(False) > 1
    quiet(model, two_blobs(), **options, checkpoint=path, listeners=[InterruptAt(11)])
    run = quiet(last_model, two_blobs(), **options, checkpoint=path)
    assert any(f"Goes on from `{path}`" in notice for notice in run.notices)
    _assert_same(whole, whole_model, run, last_model)
    done = quiet(small_net(), two_blobs(), **options, checkpoint=path)
    assert story(done) == story(whole)
    assert done.stop_reason == "finished"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"lr": 0.5}, "`lr`"),
        ({"batch_size": 8, "opt": "SGD"}, "`batch_size`, `opt`"),
        ({"data": two_blobs(seed=6)}, "`data`"),
        ({"model": small_net(n_out=3)}, "`model`"),
        ({"seed": 3}, "`data`, `seed`"),
    ],
)
def test_checkpoint_of_another_run_is_refused(
    tmp_path: Path, changed: dict[str, Any], named: str
) -> None:
    path = tmp_path / "run.safetensors"
    settings: dict[str, Any] = {"model": small_net(), "data": two_blobs(), "epochs": 1}
    quiet(**settings, checkpoint=path)
    with pytest.raises(CheckpointError, match=f"was written with another {named}[.]"):
        quiet(**settings | changed, checkpoint=path)
    quiet(**settings | changed, checkpoint=path, fresh=True)


def test_checkpoint_must_be_writable(tmp_path: Path) -> None:
    model = small_net()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for path in (tmp_path, tmp_path / "missing" / "run"):
        with pytest.raises(CheckpointError, match="Argument `checkpoint` must"):
            quiet(model, two_blobs(), checkpoint=path)
    assert same_states(model.state_dict(), before)
    with pytest.raises(TypeError, match="`checkpoint` must be the path of a file, but it is 3"):
        quiet(model, two_blobs(), checkpoint=3)


def test_a_killed_process_loses_at_most_an_epoch(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    script = textwrap.dedent(
        """
        import os, signal, sys
        import torch
        from tests.training.problems import quiet, small_net, two_blobs

        def kill(event):
            if type(event).__name__ == "StepEnded" and event.step == int(sys.argv[2]):
                os.kill(os.getpid(), signal.SIGKILL)

        quiet(small_net(), two_blobs(), epochs=4, batch_size=10, baseline=small_net(seed=9),
              checkpoint=sys.argv[1], listeners=[kill])
        """
    )
    for step in ("14", "0"):
        command = [sys.executable, "-c", script, str(path), step]
        ended = subprocess.run(command, check=False, capture_output=True, timeout=120)
        if step == "14":
            assert ended.returncode == -signal.SIGKILL
            saved = TrainingRun.load(path)
            assert saved.stop_reason == "unfinished"
            assert len(saved.history.epochs) == 2
    assert ended.returncode == 0, ended.stderr.decode()
    model = small_net()
    whole = quiet(model, two_blobs(), epochs=4, batch_size=10, baseline=small_net(seed=9))
    continued = TrainingRun.load(path)
    assert story(continued) == story(whole)
    assert same_states(continued.last_state, whole.last_state)
    assert same_states(continued.baseline.last_state, whole.baseline.last_state)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["run.safetensors"]


def test_minimize_goes_on_exactly(tmp_path: Path) -> None:
    def bowl() -> torch.Tensor:
        return ((whole_x - 3) ** 2).sum()

    def bowl_again() -> torch.Tensor:
        return ((x - 3) ** 2).sum()

    whole_x, x = torch.zeros(3), torch.zeros(3)
    whole = minimize(bowl, whole_x, steps=30, live=False)
    part = minimize(bowl_again, x, steps=12, live=False)
    assert story(part.resume(steps=18)) == story(whole)
    assert torch.equal(x, whole_x)


def test_resume_asks_for_one_length() -> None:
    run = quiet(small_net(), two_blobs(), epochs=1)
    with pytest.raises(ValueError, match="and not both"):
        run.resume()
    with pytest.raises(ValueError, match="and not both"):
        run.resume(epochs=1, steps=1)


def test_patience_starts_anew_when_asked_to_go_on() -> None:
    model = small_net()
    run = quiet(model, two_blobs(), epochs=200, patience=2, lr=0.3)
    assert run.stop_reason == "patience"
    longer = run.resume(epochs=1)
    assert len(longer.history.epochs) == len(run.history.epochs) + 1
