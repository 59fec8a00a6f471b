"""Episodes, many at once: one call of the policy serves all that still run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.policies.world import World

Choose = Callable[[Tensor], Tensor]
"""From observations (m, width) to actions (m,), counted from 0."""


@dataclass(frozen=True, eq=False)
class Episodes:
    """What was seen, done and got; n steps in all.

    Attributes:
        observations: Shape (n, width).
        actions: Shape (n,), counted from 0.
        episode: Whose step it was, shape (n,).
        time: The how manieth of its episode, from 0, shape (n,).
        rewards: Shape (n_episodes, longest), 0 after an episode's end.
    """

    observations: Tensor
    actions: Tensor
    episode: Tensor
    time: Tensor
    rewards: Floats

    @property
    def returns(self) -> Floats:
        """The sum of each episode's rewards, shape (n_episodes,)."""
        total: Floats = self.rewards.sum(axis=1)
        return total

    def __len__(self) -> int:
        return len(self.actions)


class Players:
    """Copies of an environment in which episodes run side by side.

    Args:
        world: The environment.
        n: How many.
        seed: Decides everything random in them.
    """

    def __init__(self, world: World, n: int, seed: int) -> None:
        self._world = world
        self._envs = world.copies(n)
        self._seeds: list[int | None] = np.random.SeedSequence(seed).generate_state(n).tolist()

    def play(self, choose: Choose) -> Episodes:
        """Play one episode in each copy, to its end.

        Raises:
            ValueError: If the environment observes or pays something that is not finite.
        """
        n, world = len(self._envs), self._world
        rows = np.stack([self._begin(i) for i in range(n)])
        alive = list(range(n))
        told: list[Tensor] = []
        done: list[Tensor] = []
        whose: list[list[int]] = []
        paid: list[Floats] = []
        while alive:
            _check_finite("observe", rows[alive])
            seen = torch.from_numpy(rows[alive])
            actions = choose(seen)
            told.append(seen)
            done.append(actions)
            whose.append(alive)
            rewards = np.zeros(n)
            going = []
            for i, action in zip(alive, actions.tolist(), strict=True):
                answer = self._envs[i].step(action + world.first_action)
                rows[i] = world.observations.read(answer[0])
                rewards[i] = answer[1]
                if not (answer[2] or answer[3]) and len(whose) < world.limit:
                    going.append(i)
            _check_finite("pay", rewards)
            paid.append(rewards)
            alive = going
        time = np.repeat(np.arange(len(whose)), [len(those) for those in whose])
        return Episodes(
            torch.cat(told),
            torch.cat(done),
            torch.tensor([i for those in whose for i in those]),
            torch.from_numpy(time),
            np.stack(paid, axis=1),
        )

    def _begin(self, i: int) -> Any:
        seed, self._seeds[i] = self._seeds[i], None
        return self._world.observations.read(self._envs[i].reset(seed=seed)[0])


def _check_finite(verb: str, numbers: Any) -> None:
    if not np.isfinite(numbers).all():
        received = f"one of them is {numbers[~np.isfinite(numbers)][0]}"
        raise ValueError(requirement("env", f"{verb} finite numbers", received))


def rewards_to_go(rewards: Floats, gamma: float) -> Floats:
    r"""Return :math:`G_t = \sum_{k \ge t} \gamma^{k - t} r_k`, shape (n_episodes, longest).

    Example:
        >>> rewards_to_go(np.array([[1.0, 0.0, 4.0]]), 0.5)
        array([[2., 2., 4.]])
    """
    to_go = rewards.copy()
    for t in range(rewards.shape[1] - 2, -1, -1):
        to_go[:, t] += gamma * to_go[:, t + 1]
    return to_go
