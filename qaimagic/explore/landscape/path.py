"""The way that training took: weights step by step, kept by a listener."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.training.events import Event, RunStarted, StepEnded
from qaimagic.training.loop.weights import State, Weights
from qaimagic.training.run import TrainingRun

_MOST = 1000


class WeightPath:
    """Keeps the weights of a run step by step, for `qaimagic.landscape` to draw.

    Give it to a run as a listener. At most 1000 steps stay, evenly spaced, and the last one.

    Args:
        over: What is trained: a module, a tensor, or a dictionary of them, as for ``minimize``.

    Attributes:
        steps: The steps that were kept, 0 for the weights at the start.
        states: The weights after each, by name.

    Raises:
        TypeError: If ``over`` is nothing of the above.
        ValueError: If there is nothing to train in it.

    Example:
        >>> import torch, qaimagic
        >>> theta = torch.tensor([1.0, 2.0])
        >>> path = qaimagic.WeightPath({"theta": theta})
        >>> run = qaimagic.minimize(
        ...     lambda: theta.square().sum(), {"theta": theta}, steps=20, live=False,
        ...     listeners=[path],
        ... )
        theta with 2 parameters
        ...
        >>> len(path), path.states[0]["theta"]
        (21, tensor([1., 2.]))
    """

    def __init__(self, over: nn.Module | Tensor | Mapping[str, nn.Module | Tensor]) -> None:
        parts = over if isinstance(over, Mapping) else {_only_name(over): over}
        for part in parts.values():
            if not isinstance(part, nn.Module | Tensor):
                rule = "be a module, a tensor, or a dictionary of them"
                raise TypeError(requirement("over", rule, f"there is {type(part).__name__}"))
        self._weights = Weights(parts)
        trainable = self._weights.trainable.values()
        if not any(weight.is_floating_point() for weight in trainable):
            raise ValueError(requirement("over", "have trainable weights", "there are none"))
        self._every = 1
        self.steps: list[int] = []
        self.states: list[State] = []

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"<WeightPath of {len(self)} steps>"

    def __call__(self, event: Event) -> None:
        """Take note of the weights where a run begins, and after each step."""
        if isinstance(event, RunStarted):
            if not self.states or not self._weights.equal(self.states[-1]):
                self.steps, self.states, self._every = [], [], 1
                self._keep(event.first_step)
        elif isinstance(event, StepEnded):
            self._keep(event.step)

    def _keep(self, step: int) -> None:
        if self.steps and (self.steps[-1] - self.steps[0]) % self._every:
            self._drop(slice(len(self.steps) - 1, None))
        self.steps.append(step)
        self.states.append(self._weights.state())
        if len(self.steps) > _MOST:
            self._every *= 2
            self._drop(slice(1, len(self.steps) - 1, 2))

    def _drop(self, places: slice) -> None:
        del self.steps[places]
        del self.states[places]


def states_of(path: Any, weights: Mapping[str, Tensor]) -> list[State]:
    """Return the weights along a path; of a run's record the best and the last, which it keeps.

    Args:
        path: A `WeightPath`, or the record of a run.
        weights: The weights of the plane by name.

    Raises:
        TypeError: If it is neither.
        ValueError: If it holds nothing, or lacks a weight, or has it in another shape.
    """
    if isinstance(path, WeightPath):
        states = path.states
    elif isinstance(path, TrainingRun):
        states = [state for state in (path.best_state, path.last_state) if state]
    else:
        rule = "be a `WeightPath` or the record of a run"
        raise TypeError(requirement("path", rule, f"it is {type(path).__name__}"))
    if not states:
        fix = "Give it to the run: `listeners=[path]`, in a cell `--listeners path`."
        raise ValueError(requirement("path", "hold weights", "it is empty", fix))
    for name, value in weights.items():
        found = states[0].get(name)
        if found is None or found.shape != value.shape:
            received = "there is none" if found is None else f"its shape is {tuple(found.shape)}"
            rule = f"hold `{name}` of shape {tuple(value.shape)}"
            known = ", ".join(f"`{known}`" for known in states[0])
            raise ValueError(requirement("path", rule, received, f"It holds {known}."))
    return states


def moved(states: list[State]) -> float:
    """Return how far the last weights are from the first, all of them taken together."""
    first, last = states[0], states[-1]
    steps = [
        (last[k] - first[k]).double().reshape(-1) for k in first if first[k].is_floating_point()
    ]
    return float(torch.linalg.vector_norm(torch.cat(steps))) if steps else 0.0


def _only_name(over: object) -> str:
    return "" if isinstance(over, nn.Module) else "x"
