"""What a policy answers, as probabilities; and what it then does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.subroutines.policies.playing import Choose
from qaimagic.subroutines.policies.world import FEW_STATES, World
from qaimagic.training.loop.streams import Stream
from qaimagic.training.loop.weights import quantum_layers

_PROBES = 8
_ONE = 1e-4
_TINY = 1e-12


class NotFiniteAnswerError(ArithmeticError):
    """A policy answered with NaN."""


@dataclass(frozen=True, eq=False)
class Chances:
    """A policy and how its answers are meant.

    Attributes:
        policy: The policy.
        normalised: Whether it answers with probabilities, rather than with logits.
        states: The number of states, where one answer for each of them serves all steps; None
            where states are not numbered or are many, or where each answer has shots of its own.
    """

    policy: nn.Module
    normalised: bool
    states: int | None = None

    def __call__(self, observations: Tensor) -> Tensor:
        """Return the probability of each action, shape (m, n_actions).

        Raises:
            NotFiniteAnswerError: If an answer is not finite.
        """
        like = next(self.policy.parameters(), observations)
        answers: Tensor = self.policy(observations.to(like)).cpu()
        if not torch.isfinite(answers).all():
            raise NotFiniteAnswerError("the policy's answer is not finite")
        return answers if self.normalised else torch.softmax(answers, dim=-1)

    def logarithm(self, observations: Tensor, actions: Tensor) -> Tensor:
        """Return log pi(a|s) of actions that were taken, shape (m,)."""
        chances = self._answers()(observations).gather(-1, actions[:, None])[:, 0]
        return chances.clamp_min(_TINY).log()

    def drawn(self) -> Choose:
        """Return a function that draws actions by their present probabilities."""
        answers = self._answers()

        def draw(observations: Tensor) -> Tensor:
            with torch.no_grad():
                return torch.multinomial(answers(observations).clamp_min(0.0), 1)[:, 0]

        return draw

    def most_probable(self) -> Choose:
        """Return a function that takes the actions that are most probable at present."""
        answers = self._answers()

        def best(observations: Tensor) -> Tensor:
            with torch.no_grad():
                return answers(observations).argmax(dim=-1)

        return best

    def table(self, states: int) -> Tensor:
        """Return the probability of each action in each of numbered states, shape (S, A)."""
        return self(torch.eye(states))

    def _answers(self) -> Choose:
        if self.states is None:
            return self
        table = self.table(self.states)
        return lambda observations: table[observations.argmax(dim=-1)]


def chances_of(policy: nn.Module, world: World, name: str = "policy") -> Chances:
    """Return a policy with the meaning of its answers, which a few observations tell.

    Raises:
        TypeError: If it does not answer with a tensor.
        ValueError: If it cannot read the observations, or answers with something else.
    """
    probes = _probes(world)
    try:
        with torch.no_grad(), Stream(0):
            answers: Any = policy(probes.to(next(policy.parameters(), probes)))
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        rule = f"take observations of shape (m, {world.observations.width})"
        fix = "A numbered state comes one-hot." if world.observations.states else ""
        received = f"it failed on {_PROBES} of them: {error}".rstrip(".")
        raise ValueError(requirement(name, rule, received, fix)) from error
    expected = (len(probes), world.n_actions)
    rule = f"answer with a number for each of {world.n_actions} actions"
    if not isinstance(answers, Tensor):
        raise TypeError(requirement(name, rule, f"it answers with a {type(answers).__name__}"))
    if answers.shape != expected:
        received = f"its answer to {len(probes)} observations has shape {tuple(answers.shape)}"
        fix = f"Let its last layer have {world.n_actions} outputs."
        raise ValueError(requirement(name, rule, received, fix))
    if not torch.isfinite(answers).all():
        raise ValueError(requirement(name, "answer with finite numbers", "it does not"))
    sums = answers.sum(dim=-1)
    normalised = bool((answers >= -_ONE).all() and ((sums - 1).abs() < _ONE).all())
    states = world.observations.states
    sampled = any(layer.runner.has_shots for layer in quantum_layers(policy).values())
    is_few = states is not None and states <= FEW_STATES and not sampled
    return Chances(policy, normalised, states if is_few else None)


def _probes(world: World) -> Tensor:
    """Return observations that differ, shape (8, width), drawn always alike."""
    generator = torch.Generator().manual_seed(0)
    seen = world.observations
    if seen.states is None:
        return torch.randn(_PROBES, seen.width, generator=generator)
    drawn = torch.randint(seen.states, (_PROBES,), generator=generator)
    return nn.functional.one_hot(drawn, seen.states).float()
