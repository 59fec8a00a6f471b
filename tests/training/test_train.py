from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import nn

from qaimagic import minimize, train
from qaimagic.training.events import EpochEnded, Notice, RunEnded, RunStarted, StepEnded
from tests.training.problems import InterruptAt, quiet, same_states, small_net, story, two_blobs


def test_the_signature_comes_without_torch() -> None:
    code = (
        "import sys, qaimagic.training.train, qaimagic.training.minimize, qaimagic.training.events;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'pennylane', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("function", [train, minimize])
def test_every_option_is_documented_once(function: Any) -> None:
    text = inspect.getdoc(function) or ""
    for name in inspect.signature(function).parameters:
        assert text.count(f"\n    {name}: ") == 1, name


def test_it_learns_what_can_be_learnt() -> None:
    model = small_net()
    run = quiet(model, two_blobs(200), test=two_blobs(100, seed=9), epochs=15, lr=0.02)
    [row] = run.table
    assert row.test_metric > 0.9
    assert run.history.losses[-1] < run.history.losses[0]
    model.eval()
    X, y = two_blobs(100, seed=9)
    assert (model(X).argmax(1) == y).double().mean().item() == row.test_metric


def test_events_come_in_order_and_carry_plain_values() -> None:
    heard: list[Any] = []
    run = quiet(small_net(), two_blobs(), epochs=2, listeners=[heard.append])
    kinds = [type(event) for event in heard if not isinstance(event, Notice)]
    epoch = [StepEnded, StepEnded, EpochEnded]
    assert kinds == [RunStarted, *epoch, *epoch, RunEnded]
    started = next(event for event in heard if isinstance(event, RunStarted))
    assert (started.total_steps, started.total_epochs, started.continues) == (4, 2, False)
    assert started.metric == "accuracy"
    assert heard[-1].run is run
    for event in heard[:-1]:
        values = [getattr(event, name) for name in event.__dataclass_fields__]
        assert all(isinstance(v, int | float | str | bool | None) for v in values)


def test_the_same_seed_gives_the_same_run_and_leaves_torchs_generator_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one = quiet(small_net(), two_blobs(), epochs=2)
    assert torch.equal(before, torch.get_rng_state())
    torch.rand(17)
    other = quiet(small_net(), two_blobs(), epochs=2)
    assert story(one) == story(other)
    assert story(one) != story(quiet(small_net(), two_blobs(), epochs=2, seed=1))


def test_a_baseline_does_not_change_the_model() -> None:
    alone = quiet(small_net(), two_blobs(), epochs=2)
    beside = quiet(small_net(), two_blobs(), epochs=2, baseline=small_net(seed=8))
    assert alone.history.losses == beside.history.losses
    assert beside.baseline.history.losses == [s.baseline_loss for s in beside.history.steps]


def test_the_same_twin_learns_the_same_on_the_same_batches() -> None:
    model, twin = (nn.Linear(2, 2) for _ in range(2))
    twin.load_state_dict(model.state_dict())
    run = quiet(model, two_blobs(), epochs=3, baseline=twin)
    assert run.history.losses == run.baseline.history.losses
    assert [row.name for row in run.table] == ["model", "classical twin", "logistic regression"]


def test_the_best_weights_by_validation_are_handed_back() -> None:
    model = small_net()
    run = quiet(model, two_blobs(), epochs=30, lr=0.3)
    rows = run.history.epochs
    best = min(rows, key=lambda row: row.val_loss)
    assert best.epoch < 30
    assert run.history.best_epoch == best
    assert same_states(model.state_dict(), run.best_state)
    assert not same_states(run.last_state, run.best_state)
    assert run.table[0].val_loss == pytest.approx(best.val_loss)


def test_without_validation_the_last_weights_are_handed_back() -> None:
    model = small_net()
    run = quiet(model, two_blobs(), val=0, epochs=2)
    assert run.best_state is None
    assert same_states(model.state_dict(), run.last_state)


def test_an_interrupt_keeps_everything_learnt(capsys: pytest.CaptureFixture[str]) -> None:
    model = small_net()
    run = quiet(model, two_blobs(), epochs=9, test=two_blobs(), listeners=[InterruptAt(5)])
    assert run.stop_reason == "interrupted"
    assert len(run.history.steps) == 5
    assert same_states(model.state_dict(), run.last_state)
    assert run.table[0].test_metric is None
    assert "The test data were not looked at." in run.notices
    out = capsys.readouterr().out
    assert out.count("Interrupted after 2 epochs (5 steps): everything learnt is kept.") == 1


def test_a_second_interrupt_raises() -> None:
    class Twice(InterruptAt):
        def __call__(self, event: Any) -> None:
            super().__call__(event)
            super().__call__(event)

    with pytest.raises(KeyboardInterrupt):
        quiet(small_net(), two_blobs(), listeners=[Twice(3)])


def test_patience_and_seconds_end_a_run() -> None:
    run = quiet(small_net(), two_blobs(), epochs=500, patience=3, lr=0.3)
    assert run.stop_reason == "patience"
    assert [row.best for row in run.history.epochs[-3:]] == [False] * 3
    run = quiet(small_net(), two_blobs(), epochs=10**6, max_seconds=0.2)
    assert run.stop_reason == "max_seconds"
    assert 0.1 < sum(run.history.seconds) < 5


def test_steps_end_a_run_within_an_epoch() -> None:
    run = quiet(small_net(), two_blobs(), steps=5)
    assert len(run.history.steps) == 5
    assert len(run.history.epochs) == 2
    assert run.table[0].val_metric is not None


def test_clip_bounds_the_step() -> None:
    model = nn.Linear(2, 2)
    before = model.weight.detach().clone()
    run = quiet(model, two_blobs(), steps=1, opt="SGD", lr=1.0, clip=1e-3, val=0)
    assert run.history.grad_norms[0] > 0.01
    assert (model.weight - before).norm().item() <= 1e-3


def test_a_loss_that_is_no_number_stops_at_that_step_with_good_weights() -> None:
    class Fragile(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fine = nn.Linear(2, 1)
            self.root = nn.Parameter(torch.tensor(0.25))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.fine(x) * torch.sqrt(self.root)

    class Down(nn.Module):
        def forward(self, output: torch.Tensor, _y: torch.Tensor) -> torch.Tensor:
            return output.square().mean() + output.abs().mean()

    model = Fragile()
    run = quiet(model, two_blobs(), loss=Down(), opt="SGD", lr=0.5, epochs=50, val=0)
    assert run.stop_reason == "not_finite"
    assert f"Stopped at step {len(run.history.steps) + 1}" in run.stop_message
    assert "`root` went first" in run.stop_message
    assert model.root.item() > 0
    assert all(torch.isfinite(tensor).all() for tensor in model.state_dict().values())


def test_a_module_may_own_its_loss() -> None:
    class Mean(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.centre = nn.Parameter(torch.zeros(2))

        def training_loss(self, batch: torch.Tensor) -> torch.Tensor:
            return (batch - self.centre).square().mean()

    model = Mean()
    X, _ = two_blobs(256)
    run = quiet(model, X, epochs=40, lr=0.05)
    assert run.loss == "Mean.training_loss"
    assert torch.allclose(model.centre, X.mean(0), atol=0.15)


def test_a_module_without_data_is_minimised() -> None:
    class Bowl(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.x = nn.Parameter(torch.tensor([3.0]))

        def forward(self) -> torch.Tensor:
            return (self.x - 1) ** 2

    model = Bowl()
    run = quiet(model, steps=300)
    assert model.x.item() == pytest.approx(1.0, abs=1e-3)
    assert len(run.history.steps) == 300
    more = quiet(model, steps=10)
    assert len(more.history.steps) == 310


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 2, "steps": 3}, "`epochs` must be given without `steps`"),
        ({"epochs": 0}, "`epochs` must be at least 1"),
        ({"lr": -1}, "`lr` must be above 0"),
        ({"opt": "Adaam"}, "Did you mean `Adam`"),
        ({"schedule": "CosineAnealingLR"}, "Did you mean `CosineAnnealingLR`"),
        ({"schedule": "MultiStepLR"}, "lambda optimizer: MultiStepLR"),
        ({"baseline": "atuo"}, "Did you mean `auto`"),
        ({"baseline": "auto"}, "no quantum layer to replace"),
        ({"baseline": nn.Linear(2, 3)}, "`baseline` must answer in the model's shape"),
        ({"val": 1.5}, "`val` must be a fraction"),
        ({"batch_size": 0}, "`batch_size` must be at least 1"),
        ({"target": "y"}, "`target` must name a column of a DataFrame"),
    ],
)
def test_wrong_options_are_refused_before_anything_runs(
    options: dict[str, Any], message: str
) -> None:
    model = small_net()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ValueError, match=message):
        quiet(model, two_blobs(), **options)
    assert same_states(model.state_dict(), before)


def test_an_optimizer_already_made_is_refused() -> None:
    model = small_net()
    with pytest.raises(TypeError, match="lambda parameters, lr"):
        quiet(model, two_blobs(), opt=torch.optim.SGD(model.parameters(), lr=0.1))


def test_a_model_that_takes_inputs_needs_data() -> None:
    with pytest.raises(ValueError, match="`data` must be given to a model that takes inputs"):
        quiet(small_net())


def test_a_schedule_that_is_over_lets_the_run_go_on() -> None:
    run = quiet(small_net(), two_blobs(), epochs=2, schedule="OneCycleLR").resume(epochs=3)
    assert len(run.history.epochs) == 5


def test_options_that_need_data_are_refused_without() -> None:
    with pytest.raises(ValueError, match="`data` must be given with `epochs`"):
        quiet(small_net(), epochs=3)


def test_frozen_parts_and_modes_stay_as_they_were() -> None:
    model = small_net()
    model[0].weight.requires_grad_(False)
    model[1].eval()
    before = model[0].weight.clone()
    quiet(model, two_blobs(), epochs=1)
    assert torch.equal(model[0].weight, before)
    assert not model[1].training
    assert model[3].training


def test_a_run_that_raises_ends_for_its_listeners(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Any] = []

    def fails_at_two(event: Any) -> None:
        seen.append(event)
        if isinstance(event, StepEnded) and event.step == 2:
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        quiet(small_net(), two_blobs(), val=0, listeners=[fails_at_two])
    assert isinstance(seen[-1], RunEnded)
    assert (seen[-1].reason, len(seen[-1].run.history.steps)) == ("failed", 2)
    assert capsys.readouterr().out.endswith("Ended by RuntimeError after 2 steps.\n")


def test_a_refused_run_says_only_why(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="opt"):
        quiet(small_net(), two_blobs(), opt="Adm")
    assert capsys.readouterr().out == ""


def test_a_refused_fresh_start_costs_nothing_learnt() -> None:
    model = small_net()
    quiet(model, two_blobs(), epochs=1)
    learnt = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ValueError, match="opt"):
        quiet(model, two_blobs(), fresh=True, opt="Adm")
    assert same_states(dict(model.state_dict()), learnt)
    assert quiet(model, two_blobs(), epochs=1).history.epochs[-1].epoch == 2


def test_a_listener_alone_is_refused() -> None:
    with pytest.raises(TypeError, match=r"be a list of functions, .*`\[listener\]`"):
        quiet(small_net(), two_blobs(), listeners=print)


def test_features_without_targets_are_told_how_to_go_on() -> None:
    with pytest.raises(TypeError, match=r"it is an ndarray. Give the targets too: `\(X, y\)`"):
        quiet(small_net(), two_blobs()[0].numpy())


def test_a_baseline_with_its_own_loss_is_tried_first() -> None:
    class Own(nn.Module):
        def __init__(self, fails: bool) -> None:
            super().__init__()
            self.x, self.fails = nn.Parameter(torch.zeros(2)), fails

        def training_loss(self, batch: torch.Tensor) -> torch.Tensor:
            loss = (batch - self.x).square()
            return loss if self.fails else loss.mean()

    own = [Own(fails=False), Own(fails=True)]
    seen: list[Any] = []
    with pytest.raises(ValueError, match="training_loss` must return one number"):
        quiet(own[0], two_blobs()[0], baseline=own[1], listeners=[seen.append])
    assert not seen
