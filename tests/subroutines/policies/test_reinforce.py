"""The whole: curves, scores, seeds, interrupts, and what is refused."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.errors import MissingExtraError
from qaimagic.training.events import Event, RunEnded, RunStarted, StepEnded
from qaimagic.training.loop.interrupt import request_stop

gym = pytest.importorskip("gymnasium")

from tests.subroutines.policies.worlds import Broken, Corridor  # noqa: E402


def silent(event: Event) -> None:
    del event


def tiny(**options: Any) -> qaimagic.PolicyResult:
    if "policy" not in options:
        options["policy"] = qaimagic.CircuitPolicy((2, 2), layers=1, reading="born")
    asked: dict[str, Any] = {
        "episodes": 24,
        "batch": 8,
        "seeds": 2,
        "evaluation": 10,
        "live": silent,
    } | options
    return qaimagic.reinforce(asked.pop("policy"), asked.pop("env", Corridor()), **asked)


def test_a_lake_is_crossed_in_a_second_or_two() -> None:
    lake = gym.make("FrozenLake-v1", is_slippery=False)
    policy = qaimagic.CircuitPolicy(lake)
    result = qaimagic.reinforce(policy, lake, seeds=1, episodes=800, baseline=None, live=silent)
    error = (result.policy.sampled.mean * (1 - result.policy.sampled.mean) / 100) ** 0.5

    assert result.policy.sampled.exact_mean > 0.9
    assert result.optimum == pytest.approx(1.0)
    assert result.policy.sampled.mean == pytest.approx(
        result.policy.sampled.exact_mean, abs=4 * error + 0.02
    )
    assert result.random.exact_mean == pytest.approx(0.0139, abs=1e-4)


def test_the_best_of_the_corridor_is_learnt() -> None:
    """Go on, then on again: 0 + 3 is more than staying pays."""
    policy = qaimagic.CircuitPolicy(Corridor(), layers=2)
    result = tiny(policy=policy, episodes=400, lr=0.1, seeds=1)

    assert result.policy.greedy.mean == 3.0
    assert result.twin is not None
    assert result.twin.greedy.mean == 3.0


def test_seeds_decide_everything() -> None:
    first, again, other = tiny(), tiny(), tiny(seed=5)

    assert np.array_equal(first.policy.returns, again.policy.returns)
    assert np.array_equal(first.policy.sampled.returns, again.policy.sampled.returns)
    assert not np.array_equal(first.policy.returns, other.policy.returns)
    assert repr(first) == repr(again)


def test_a_seed_gives_the_same_alone_and_among_others() -> None:
    assert np.array_equal(tiny(seed=1, seeds=1).policy.returns[0], tiny().policy.returns[1])


def test_what_was_given_stays_as_it_is() -> None:
    policy = qaimagic.CircuitPolicy((2, 2), layers=1)
    before = [weight.detach().clone() for weight in policy.parameters()]
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    tiny(policy=policy)

    assert all(map(torch.equal, before, policy.parameters()))
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("last", [nn.Identity(), nn.Softmax(dim=-1)])
def test_any_module_is_a_policy(last: nn.Module) -> None:
    result = tiny(policy=nn.Sequential(nn.Linear(2, 2), last), episodes=400, seeds=1, lr=0.1)

    assert result.twin is None
    assert result.policy.circuits == 0
    assert result.policy.greedy.mean == 3.0


def test_steps_and_circuits_are_counted() -> None:
    """Two steps an episode, 24 episodes, two seeds; 10 angles: 8 of theta and 2 of scale."""
    result = tiny()

    assert result.policy.steps == 2 * 24 * 2
    assert result.policy.circuits == result.policy.steps * (1 + 2 * 10)


def test_returns_are_what_is_shown() -> None:
    events: list[Event] = []
    result = tiny(seeds=1, baseline=None, live=events.append)
    started = next(event for event in events if isinstance(event, RunStarted))
    told = [event.loss for event in events if isinstance(event, StepEnded)]
    ended = next(event for event in events if isinstance(event, RunEnded))

    assert started.loss == "return"
    assert told == result.policy.returns[0].tolist()
    assert ended.run.history.losses == told
    assert "best step" in ended.run.plot().text
    assert repr(ended.run).endswith(f"Return {told[-1]:.4g}.>")


def test_an_interrupt_loses_nothing() -> None:
    def stop(event: Event) -> None:
        if isinstance(event, StepEnded) and event.step == 2:
            request_stop()

    result = tiny(live=stop)

    assert result.twin is None
    assert result.policy.returns.shape == (1, 3)
    assert np.isfinite(result.policy.returns[0, :2]).all()
    assert np.isnan(result.policy.returns[0, 2])
    assert result.stop_message.startswith("policy, seed 0: Interrupted after 2 steps")
    assert repr(result).endswith(result.stop_message)


def test_what_is_not_finite_is_told_and_ends_that_seed_alone() -> None:
    class Breaking(nn.Linear):
        calls = 0

        def forward(self, observations: torch.Tensor) -> torch.Tensor:
            type(self).calls += 1
            return super().forward(observations) / (type(self).calls != 10)

    result = tiny(policy=Breaking(2, 2))

    assert result.policy.returns.shape == (2, 3)
    assert "seed 0" in result.stop_message
    assert "nan" in result.stop_message


def test_a_function_that_builds_a_policy_has_a_twin() -> None:
    result = tiny(policy=lambda: qaimagic.CircuitPolicy((2, 2), layers=1))

    assert result.twin is not None


def test_doubles_are_told_doubles() -> None:
    result = tiny(policy=nn.Linear(2, 2).double(), baseline=None, seeds=1)

    assert result.policy.policies[0].weight.dtype == torch.float64


def test_each_training_starts_where_all_actions_have_a_chance() -> None:
    policy = qaimagic.CircuitPolicy("FrozenLake-v1", reading="born")
    result = qaimagic.reinforce(
        policy, "FrozenLake-v1", episodes=1, batch=1, lr=1e-9, seeds=3, evaluation=1, live=silent
    )
    fresh = [one(torch.eye(16)).min().item() for one in result.policy.policies]

    assert min(fresh) > 0.1


def test_shots_take_actions() -> None:
    result = tiny(shots=20, episodes=8, seeds=1, baseline=None, evaluation=4)

    assert result.shots == 20
    assert result.policy.returns.shape == (1, 1)


def test_frame_and_picture() -> None:
    result = tiny()
    frame = result.to_frame()
    page = result._repr_mimebundle_()["text/html"]

    assert list(frame.columns) == ["name", "seed", "update", "episodes", "return"]
    assert len(frame) == 2 * 2 * 3
    assert frame["episodes"].max() == 24
    assert "circuits, modelled" in page
    assert "random" in page
    assert repr(result).startswith("Corridor, return over 2 seeds: policy (10 parameters)")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"env": "CartPol-v1"}, ValueError, "Did you mean `CartPole-v1`?"),
        ({"env": "Pendulum-v1"}, ValueError, "must have discrete actions"),
        ({"gamma": 1.5}, ValueError, "`gamma` must be at most 1, but it is 1.5"),
        ({"gamma": -0.1}, ValueError, "`gamma` must be at least 0"),
        ({"gamma": float("nan")}, ValueError, "`gamma` must be finite"),
        ({"lr": 0.0}, ValueError, "`lr` must be above 0"),
        ({"episodes": 0}, ValueError, "`episodes` must be at least 1"),
        ({"seeds": 2.5}, TypeError, "`seeds` must be a whole number"),
        ({"shots": 0}, ValueError, "`shots` must be at least 1"),
        ({"policy": nn.Linear(2, 3)}, ValueError, "Let its last layer have 2 outputs"),
        ({"policy": nn.Linear(5, 2)}, ValueError, "take observations of shape (m, 2)"),
        ({"policy": 3}, TypeError, "`policy` is a int"),
        ({"baseline": nn.Linear(2, 3)}, ValueError, "Argument `baseline` must answer"),
        ({"env": Broken("observe")}, ValueError, "`env` must observe finite numbers"),
        ({"env": Broken("pay")}, ValueError, "`env` must pay finite numbers"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], error: type, message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        tiny(**options)


def test_a_policy_that_answers_nan_is_refused() -> None:
    class Silent(nn.Linear):
        def forward(self, observations: torch.Tensor) -> torch.Tensor:
            return super().forward(observations) * torch.nan

    with pytest.raises(ValueError, match="must answer with finite numbers"):
        tiny(policy=Silent(2, 2))


def test_without_gymnasium_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gymnasium", None)

    with pytest.raises(MissingExtraError, match=re.escape('pip install "qaimagic[gym]"')):
        qaimagic.CircuitPolicy("CartPole-v1")
