"""Small environments whose answers can be worked out by hand."""

from typing import Any

import gymnasium as gym
import numpy as np


class Corridor(gym.Env[int, int]):
    """Two states: action 0 stays and pays 1, action 1 goes on and pays 0 or, from state 1, 3.

    An episode has at most two steps, so that all its courses can be counted.
    """

    observation_space = gym.spaces.Discrete(2)
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        del options
        super().reset(seed=seed)
        self.state = 0
        self.steps = 0
        return self.state, {}

    def step(self, action: int) -> Any:
        self.steps += 1
        reward = PAID[self.state][action]
        self.state = max(self.state, action)
        return self.state, reward, False, self.steps == 2, {}


PAID = ((1.0, 0.0), (1.0, 3.0))


class Broken(gym.Env[Any, int]):
    """Observes or pays NaN from the second step on."""

    observation_space = gym.spaces.Box(-1.0, 1.0, (2,))
    action_space = gym.spaces.Discrete(2)

    def __init__(self, part: str) -> None:
        self.part = part

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        del options
        super().reset(seed=seed)
        return np.zeros(2, dtype=np.float32), {}

    def step(self, action: int) -> Any:
        del action
        row = np.full(2, np.nan if self.part == "observe" else 0.0, dtype=np.float32)
        return row, np.nan if self.part == "pay" else 1.0, False, False, {}
