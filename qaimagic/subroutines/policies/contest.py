"""A policy and its classical twin, trained alike and scored alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from qaimagic.devices import override
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.policies.chances import Chances, chances_of
from qaimagic.subroutines.policies.exact import best_known, chain_of
from qaimagic.subroutines.policies.learning import Lesson, Setting, learn
from qaimagic.subroutines.policies.playing import Choose, Players
from qaimagic.subroutines.policies.result import Learnt, PolicyResult, Score
from qaimagic.subroutines.policies.world import World
from qaimagic.training.loop.interrupt import StopSwitch
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.threads import fitting_threads
from qaimagic.training.loop.weights import quantum_layers

Maker = Callable[[int], nn.Module]

_FINAL = ("interrupted", "budget")
"""After these no further seed is tried."""


class Contest:
    """Trains and scores policies in one world.

    Args:
        world: Where they act.
        setting: How they learn.
        seeds: What decides everything random, once for each training.
        evaluation: How many fresh episodes a score takes for each seed.
    """

    def __init__(
        self, world: World, setting: Setting, seeds: Sequence[int], evaluation: int
    ) -> None:
        self._world, self._setting, self._seeds = world, setting, tuple(seeds)
        self._evaluation = evaluation
        self._chain = chain_of(world)

    def hold(self, policy: Maker, twin: Maker | None) -> PolicyResult:
        """Train the policy, then its twin, and return them side by side.

        An interrupt ends training after its step; what was learnt until then is scored.
        """
        with StopSwitch() as switch:
            first, notes = self._train("policy", policy)
            second = None
            if twin is not None and not switch.requested:
                second, more = self._train("twin", twin)
                notes += more
        episodes = self._setting.updates * self._setting.batch
        return PolicyResult(
            env=self._world.name,
            policy=first,
            twin=second,
            random=self._random(),
            optimum=best_known(self._world, self._chain),
            batch=self._setting.batch,
            seeds=self._seeds,
            shots=self._setting.shots,
            stop_message=" ".join(notes) or f"{episodes} episodes each.",
        )

    def _train(self, name: str, make: Maker) -> tuple[Learnt, list[str]]:
        start = time.perf_counter()
        lessons: list[Lesson] = []
        notes: list[str] = []
        for seed in self._seeds:
            is_first = name == "policy" and not lessons
            lesson = learn(make, self._world, self._setting, seed, name, is_first=is_first)
            lessons.append(lesson)
            if lesson.reason != "finished":
                notes.append(f"{name}, seed {seed}: {lesson.message}")
            if lesson.reason in _FINAL:
                break
        seconds = time.perf_counter() - start
        policies = tuple(lesson.policy for lesson in lessons)
        steps = sum(lesson.steps for lesson in lessons)
        learnt = Learnt(
            name=name,
            parameters=_parameters(policies[0]),
            policies=policies,
            returns=_padded([lesson.returns for lesson in lessons], self._setting.updates),
            sampled=self._score(policies, greedy=False),
            greedy=self._score(policies, greedy=True),
            steps=steps,
            circuits=steps * _circuits_per_step(policies[0]),
            seconds=seconds,
        )
        return learnt, notes

    def _score(self, policies: Sequence[nn.Module], *, greedy: bool) -> Score:
        setting = self._setting
        returns, exact = [], []
        layers = quantum_layers(policies[0]).values()
        with (
            override(setting.device, shots=setting.shots),
            fitting_threads(layers, _parameters(policies[0])),
        ):
            for policy, seed in zip(policies, self._seeds, strict=False):
                chances = chances_of(policy, self._world)
                choose = chances.most_probable() if greedy else chances.drawn()
                returns.append(self._returns(choose, derive(seed, "evaluation", greedy)))
                if self._chain is not None and chances.states is not None:
                    exact.append(self._chain.value(table_of(chances, self._world, greedy=greedy)))
        return Score(np.stack(returns), np.array(exact) if exact else None)

    def _random(self) -> Score:
        n = self._world.n_actions

        def choose(observations: Tensor) -> Tensor:
            return torch.randint(n, (len(observations),))

        returns = self._returns(choose, derive(self._seeds[0], "random"))
        exact = None
        if self._chain is not None:
            uniform = np.full((len(self._chain.start), n), 1 / n)
            exact = np.array([self._chain.value(uniform)])
        return Score(returns[None], exact)

    def _returns(self, choose: Choose, seed: int) -> Floats:
        players = Players(self._world, self._evaluation, seed)
        with Stream(seed):
            return players.play(choose).returns


def table_of(chances: Chances, world: World, *, greedy: bool) -> Floats:
    """Return what a policy does in each of numbered states, shape (S, A)."""
    with torch.no_grad():
        table = chances.table(world.observations.states or 0).double()
    if greedy:
        table = nn.functional.one_hot(table.argmax(dim=-1), world.n_actions).double()
    numbers: Floats = (table / table.sum(dim=-1, keepdim=True)).numpy()
    return numbers


def _parameters(policy: nn.Module) -> int:
    return sum(weight.numel() for weight in policy.parameters())


def _circuits_per_step(policy: nn.Module) -> int:
    """Return the circuits for an action and, by the shift rule, for the slopes of its chance."""
    layers = quantum_layers(policy).values()
    angles = sum(weight.numel() for layer in layers for weight in layer.parameters())
    return len(layers) + 2 * int(angles)


def _padded(curves: Sequence[Sequence[float]], length: int) -> Floats:
    rows = np.full((len(curves), length), np.nan)
    for row, curve in zip(rows, curves, strict=True):
        row[: len(curve)] = curve
    return rows
