"""An environment of gymnasium, read once: what is observed, what can be done, for how long."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import did_you_mean, need, requirement

_LONGEST = 1000
"""How many steps an episode may take where the environment sets no limit."""

_SURELY_BOUNDED = 1e6

FEW_STATES = 1024
"""So many states fit into tables of what is done and what follows."""


@dataclass(frozen=True, eq=False)
class Observations:
    """What a policy is told, as rows of numbers.

    Attributes:
        width: How many numbers a row has.
        states: The number of states where they are numbered, and a row is one-hot; else None.
        first: The number of the first state.
        low: The lowest values, shape (width,); -inf where nothing useful is known.
        high: The highest values, shape (width,).
    """

    width: int
    states: int | None
    first: int
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def read(self, observation: Any) -> NDArray[np.float32]:
        """Return an observation as a row, shape (width,)."""
        if self.states is None:
            return np.asarray(observation, dtype=np.float32).reshape(-1)
        row = np.zeros(self.states, dtype=np.float32)
        row[int(observation) - self.first] = 1.0
        return row

    @classmethod
    def plain(cls, width: int) -> Observations:
        """Return observations of which nothing but their number is known."""
        edge = np.full(width, np.inf)
        return cls(width, None, 0, -edge, edge)


@dataclass(frozen=True, eq=False)
class World:
    """An environment as REINFORCE sees it.

    Attributes:
        env: The environment.
        name: What it is called.
        observations: What a policy is told.
        n_actions: How many actions there are.
        first_action: The number of the first one.
        limit: The most steps of an episode.
    """

    env: Any
    name: str
    observations: Observations
    n_actions: int
    first_action: int
    limit: int

    def copies(self, n: int) -> list[Any]:
        """Return so many environments of the same kind, each on its own but for a table of chances.

        Raises:
            TypeError: If the environment cannot be copied.
        """
        table = getattr(self.env.unwrapped, "P", None)
        try:
            return [copy.deepcopy(self.env, {id(table): table}) for _ in range(n)]
        except Exception as error:
            fix = "Make it without `render_mode`, or give its id."
            received = f"{type(error).__name__} came up: {error}"
            raise TypeError(
                requirement("env", "be one that can be copied", received, fix)
            ) from None


def world_of(env: Any) -> World:
    """Return an environment, read.

    Args:
        env: An id that gymnasium knows, or an environment.

    Raises:
        MissingExtraError: If gymnasium is not installed.
        TypeError: If it is neither.
        ValueError: If there is no such id, or its actions or observations are of another kind.
    """
    gym = need("gymnasium", "Reinforcement learning", "gym")
    if isinstance(env, str):
        env = _made(gym, env)
    if isinstance(env, gym.vector.VectorEnv):
        fix = 'Give one: `gymnasium.make("CartPole-v1")`; copies of it are made here.'
        raise TypeError(requirement("env", "be one environment", "it is a vector of them", fix))
    if not isinstance(env, gym.Env):
        fix = 'Give an id such as "CartPole-v1", or what `gymnasium.make` returns.'
        received = f"it is a {type(env).__name__}"
        raise TypeError(requirement("env", "be an environment of gymnasium", received, fix))
    spec = env.spec
    limit = None if spec is None else spec.max_episode_steps
    actions = env.action_space
    if not isinstance(actions, gym.spaces.Discrete):
        fix = "A policy here chooses from a list; divide a continuous range into a few values."
        message = requirement("env", "have discrete actions", f"they are {actions}", fix)
        raise ValueError(message)  # noqa: TRY004  (the environment is one, of another kind)
    name = type(env.unwrapped).__name__ if spec is None else spec.id
    observations = _observations(gym, env.observation_space)
    return World(env, name, observations, int(actions.n), int(actions.start), limit or _LONGEST)


def _made(gym: Any, name: str) -> Any:
    try:
        return gym.make(name, disable_env_checker=True)
    except (gym.error.UnregisteredEnv, gym.error.VersionNotFound, gym.error.Error) as error:
        if isinstance(error, gym.error.DependencyNotInstalled):
            raise
        known = sorted(gym.registry)
        hint = did_you_mean(name, known)
        fix = hint.strip() or '"CartPole-v1" and "FrozenLake-v1" are; `gymnasium.registry` has all.'
        message = requirement("env", "be an id that gymnasium knows", f"it is `{name}`", fix)
        raise ValueError(message) from error


def _observations(gym: Any, space: Any) -> Observations:
    if isinstance(space, gym.spaces.Discrete):
        n = int(space.n)
        return Observations(n, n, int(space.start), np.zeros(n), np.ones(n))
    if isinstance(space, gym.spaces.Box):
        low, high = (
            np.asarray(edge, dtype=np.float64).reshape(-1) for edge in (space.low, space.high)
        )
        bounded = (np.abs(low) < _SURELY_BOUNDED) & (np.abs(high) < _SURELY_BOUNDED)
        low, high = np.where(bounded, low, -np.inf), np.where(bounded, high, np.inf)
        return Observations(len(low), None, 0, low, high)
    fix = "`gymnasium.wrappers.FlattenObservation` makes one row of several parts."
    rule = "observe numbers (Box) or a numbered state (Discrete)"
    raise ValueError(requirement("env", rule, f"it observes {space}", fix))
