"""REINFORCE: play some episodes, make what went well more probable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic.devices import override
from qaimagic.drawing.curves_axes import short_number
from qaimagic.subroutines.policies.chances import Chances, NotFiniteAnswerError, chances_of
from qaimagic.subroutines.policies.playing import Episodes, Players, rewards_to_go
from qaimagic.subroutines.policies.world import World
from qaimagic.training.events import Event, Listener, RunEnded, RunStarted, StepEnded
from qaimagic.training.loop.streams import derive
from qaimagic.training.minimize import minimize
from qaimagic.training.record.history import History
from qaimagic.training.watch.monitor import monitor


@dataclass(frozen=True)
class Setting:
    """How policies learn.

    Attributes:
        updates: How many updates.
        batch: Episodes for each.
        lr: Adam's learning rate.
        gamma: What a reward one step later is worth.
        device: Where circuits run, or None for where layers do.
        shots: The number of shots, or None.
        live: How to show training, as in ``reinforce``.
    """

    updates: int
    batch: int
    lr: float
    gamma: float
    device: Any = None
    shots: int | None = None
    live: Any = None


@dataclass(frozen=True, eq=False)
class Lesson:
    """How a policy learnt from one seed.

    Attributes:
        policy: It, trained.
        returns: The mean return of each update's episodes, before the update.
        steps: Steps in the environment in all.
        reason: Why it ended, as in `RunEnded`.
        message: The same as a sentence.
    """

    policy: nn.Module
    returns: list[float]
    steps: int
    reason: str
    message: str


def surrogate(chances: Chances, episodes: Episodes, gamma: float) -> Tensor:
    r"""Return minus the mean return, with the gradient that REINFORCE estimates.

    .. math:: -\frac{1}{N} \sum_{i,t} \nabla \log \pi(a_{it} | s_{it}) \, (G_{it} - b_{it}),
        \qquad b_{it} = \frac{1}{N - 1} \sum_{j \ne i} G_{jt}

    The baseline is what the other episodes of the batch still got from that time on, 0 once they
    have ended. It does not depend on the action, so that the estimate stays unbiased.

    Args:
        chances: The policy.
        episodes: What it did.
        gamma: What a reward one step later is worth. As is usual, later steps are not weighted
            down by it themselves.
    """
    n = len(episodes.rewards)
    to_go = rewards_to_go(episodes.rewards, gamma)
    others = (to_go.sum(axis=0) - to_go) / max(n - 1, 1)
    gained = torch.from_numpy(to_go - others)[episodes.episode, episodes.time]
    logarithms = chances.logarithm(episodes.observations, episodes.actions)
    score = (logarithms * gained.to(logarithms.dtype)).sum() / n
    loss: Tensor = -episodes.returns.mean() - (score - score.detach())
    return loss


class _Game:
    """The loss of a run: each call plays a batch of episodes."""

    def __init__(self, chances: Chances, world: World, setting: Setting, seed: int) -> None:
        self._chances, self._gamma = chances, setting.gamma
        self._players = Players(world, setting.batch, derive(seed, "environment"))
        self.steps = 0

    def __call__(self) -> Tensor:
        try:
            episodes = self._players.play(self._chances.drawn())
            self.steps = len(episodes)
            return surrogate(self._chances, episodes, self._gamma)
        except NotFiniteAnswerError:
            return torch.tensor(torch.nan)


def learn(
    make: Callable[[int], nn.Module],
    world: World,
    setting: Setting,
    seed: int,
    name: str,
    *,
    is_first: bool,
) -> Lesson:
    """Train a policy from fresh weights.

    Args:
        make: From a seed to a fresh policy.
        world: Where it acts.
        setting: How it learns.
        seed: Decides everything random.
        name: What to call it.
        is_first: Whether it is the training that is shown, rather than told in a line.
    """
    policy = make(seed)
    with override(setting.device, shots=setting.shots):
        chances = chances_of(policy, world, name)
    game = _Game(chances, world, setting, seed)
    returns: list[float] = []
    steps = [0]

    def keep(event: Event) -> None:
        if isinstance(event, StepEnded):
            returns.append(-event.loss)
            steps[0] += game.steps

    shown = setting.live if callable(setting.live) else _tell
    if is_first and shown is _tell:
        shown = monitor(setting.live)
    run = minimize(
        game,
        {f"{name}, seed {seed}": policy},
        steps=setting.updates,
        lr=setting.lr,
        device=setting.device,
        shots=setting.shots,
        seed=seed,
        live=_as_return(shown),
        listeners=[keep],
    )
    return Lesson(policy, returns, steps[0], run.stop_reason, run.stop_message)


def _tell(event: Event) -> None:
    """Tell a training in one line."""
    if isinstance(event, RunEnded) and event.run.history.steps:
        last = event.run.history.losses[-1]
        print(f"{event.run.model}: return {short_number(last, 4)}. {event.message}", flush=True)


def _as_return(listener: Listener) -> Listener:
    """Return a listener that is told of returns, which grow, rather than of losses."""

    def hear(event: Event) -> None:
        if isinstance(event, RunStarted):
            event = replace(event, loss="return")
        elif isinstance(event, StepEnded):
            event = _turned(event)
        elif isinstance(event, RunEnded):
            history = event.run.history
            steps = [_turned(step) for step in history.steps]
            told = replace(
                event.run, loss="return", history=History(steps, history.epochs, history.alarms)
            )
            event = replace(event, run=told)
        listener(event)

    return hear


def _turned(step: StepEnded) -> StepEnded:
    return replace(step, loss=-step.loss)
