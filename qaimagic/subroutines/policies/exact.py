"""Worlds with numbered states whose chances are known: values without playing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.policies.world import FEW_STATES, World

_HARMLESS = ("TimeLimit", "OrderEnforcing", "PassiveEnvChecker", "RecordEpisodeStatistics")
"""Wrappers that change neither chances nor rewards."""


@dataclass(frozen=True, eq=False)
class Chain:
    """A Markov decision process as arrays; S states and A actions.

    Attributes:
        moves: The chance of going on in each state, shape (S, A, S); 0 where an episode ends.
        rewards: The mean reward of each step, shape (S, A).
        start: The chance of beginning in each state, shape (S,).
        limit: The most steps of an episode.
    """

    moves: Floats
    rewards: Floats
    start: Floats
    limit: int

    def value(self, policy: Floats) -> float:
        r"""Return the exact mean return of a policy, undiscounted, within the limit of steps.

        .. math:: v_0 = 0, \qquad v_{t+1} = r_\pi + P_\pi v_t

        Args:
            policy: The probability of each action in each state, shape (S, A).
        """
        moves = np.einsum("sa,sat->st", policy, self.moves)
        rewards = (policy * self.rewards).sum(axis=1)
        values = np.zeros(len(self.start))
        for _ in range(self.limit):
            values = rewards + moves @ values
        return float(self.start @ values)

    def values(self, policy: Floats, gamma: float) -> Floats:
        r"""Return the discounted value of each state without a limit, shape (S,).

        .. math:: (1 - \gamma P_\pi) \, v = r_\pi

        Args:
            policy: The probability of each action in each state, shape (S, A).
            gamma: What a reward one step later is worth, below 1.
        """
        moves = np.einsum("sa,sat->st", policy, self.moves)
        rewards = (policy * self.rewards).sum(axis=1)
        solved: Floats = np.linalg.solve(np.eye(len(moves)) - gamma * moves, rewards)
        return solved

    def optimum(self) -> float:
        """Return the highest mean return within the limit, by value iteration.

        It is that of a policy which may also look at the clock: none does better.
        """
        values = np.zeros(len(self.start))
        for _ in range(self.limit):
            values = (self.rewards + self.moves @ values).max(axis=1)
        return float(self.start @ values)


def chain_of(world: World) -> Chain | None:
    """Return the chances of a world that tells them, as gymnasium's toy texts do, or None."""
    env, states = world.env, world.observations.states
    told: Any = getattr(env.unwrapped, "P", None)
    start: Any = getattr(env.unwrapped, "initial_state_distrib", None)
    if told is None or start is None or states is None:
        return None
    if states > FEW_STATES or not _is_plain(env):
        return None
    moves = np.zeros((states, world.n_actions, states))
    rewards = np.zeros((states, world.n_actions))
    for state, by_action in told.items():
        for action, outcomes in by_action.items():
            for chance, after, reward, ends in outcomes:
                rewards[state, action] += chance * reward
                if not ends:
                    moves[state, action, after] += chance
    return Chain(moves, rewards, np.asarray(start, dtype=np.float64), world.limit)


def best_known(world: World, chain: Chain | None) -> float | None:
    """Return the highest mean return that there is, or None where nobody knows."""
    if chain is not None:
        return chain.optimum()
    return float(world.limit) if world.name.startswith("CartPole") else None


def _is_plain(env: Any) -> bool:
    while env is not env.unwrapped:
        if type(env).__name__ not in _HARMLESS:
            return False
        env = env.env
    return True
