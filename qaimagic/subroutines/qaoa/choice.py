"""Which mixer a problem gets, by name or by the rules that it states."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from qaimagic._checks import check_choice, requirement
from qaimagic.devices.annealers.spectrum import Floats, states
from qaimagic.subroutines.anneal.found import ENUMERATED
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.qaoa.grover import Reflection
from qaimagic.subroutines.qaoa.mixers import (
    Exchanges,
    Flips,
    GuardedFlips,
    Mask,
    Mixer,
    exactly_one,
    no_pair,
)

MIXERS = ("auto", "x", "xy", "controlled", "grover")
_NEAREST = 0.25
"""How near to certainty a warm start may be, so that every state can still come out."""
_CHUNK = 2**16


def mixer_of(problem: Problem, name: str, warm_start: Any) -> Mixer:
    """Return the mixer of this name; ``auto`` follows the rules that the problem's question states.

    Raises:
        ValueError: If there is no such mixer, the problem lacks the rules that it keeps, the rules
            cannot be kept, or a warm start is given to another mixer than ``x``.
        TypeError: If the warm start is none.
    """
    n = len(problem.spins)
    check_choice("mixer", name, MIXERS)
    if warm_start is not None:
        if name not in ("auto", "x"):
            rule = "be left out, or the mixer be `x`"
            raise ValueError(requirement("warm_start", rule, f"the mixer is `{name}`"))
        return Flips(n, _tilts(problem, warm_start))
    name = _suited(problem) if name == "auto" else name
    if name == "xy":
        return Exchanges(n, _groups(problem))
    if name == "controlled":
        return GuardedFlips(n, _pairs(problem))
    return Reflection.of(_feasible(problem)) if name == "grover" else Flips(n)


def _suited(problem: Problem) -> str:
    question = problem.question
    if question is None:
        return "x"
    wires = [wire for group in question.one_of for wire in group]
    if sorted(wires) == list(range(len(problem.spins))):
        return "xy"
    return "controlled" if question.none_of else "x"


def _groups(problem: Problem) -> tuple[tuple[int, ...], ...]:
    groups = () if problem.question is None else problem.question.one_of
    if not groups:
        raise ValueError(_without_rule("xy", "`one_of`, groups with exactly one 1"))
    if not all(groups):
        received = "a group in `one_of` is empty"
        raise ValueError(requirement("problem", "have rules that can be kept", received))
    wires = [wire for group in groups for wire in group]
    if len(set(wires)) < len(wires):
        received = f"{problem.labels[max(wires, key=wires.count)]} is in several"
        rule = "have groups in `one_of` that share no variable, for the mixer `xy`"
        fix = '`mixer="grover"` keeps any rules; `mixer="x"` leaves them to penalties.'
        raise ValueError(requirement("problem", rule, received, fix))
    return groups


def _pairs(problem: Problem) -> tuple[tuple[int, int], ...]:
    pairs = () if problem.question is None else problem.question.none_of
    if not pairs:
        raise ValueError(_without_rule("controlled", "`none_of`, pairs that are not both 1"))
    return pairs


def _without_rule(mixer: str, rule: str) -> str:
    fix = '`mixer="x"` keeps no rules; `mixer="grover"` keeps any.'
    received = f"it is `{mixer}`, and the problem's question has no {rule}"
    return requirement("mixer", "keep rules that the problem has", received, fix)


def _feasible(problem: Problem) -> Mask:
    n, question = len(problem.spins), problem.question
    if n > ENUMERATED:
        rule = f"have at most {ENUMERATED} variables for the mixer `grover`"
        raise ValueError(requirement("problem", rule, f"it has {n}"))
    if question is None:
        return np.ones(2**n, dtype=np.bool_)
    parts = [
        question.is_feasible(states(np.arange(start, min(start + _CHUNK, 2**n)), problem.spins))
        for start in range(0, 2**n, _CHUNK)
    ]
    feasible: Mask = np.concatenate(parts)
    feasible = feasible & exactly_one(n, question.one_of) & no_pair(n, question.none_of)
    if not feasible.any():
        received, fix = "no state keeps them", '`mixer="x"` leaves them to penalties.'
        raise ValueError(requirement("problem", "have rules that can be kept", received, fix))
    return feasible


def _tilts(problem: Problem, warm_start: Any) -> tuple[float, ...]:
    r"""Return :math:`\theta_i = 2 \arcsin\sqrt{c_i}` of the chances that wires are 1."""
    chances = np.clip(_chances(problem, warm_start), _NEAREST, 1 - _NEAREST)
    return tuple(2 * math.asin(math.sqrt(chance)) for chance in chances)


def _chances(problem: Problem, warm_start: Any) -> Floats:
    if isinstance(warm_start, Annealed):
        warm_start = warm_start.best
    if isinstance(warm_start, Mapping):
        return _of_state(problem, warm_start)
    try:
        chances = np.asarray(warm_start, dtype=np.float64)
    except (TypeError, ValueError) as error:
        rule = "be what `anneal` returned, a state by its labels, or chances from 0 to 1"
        received = f"it is a {type(warm_start).__name__}"
        raise TypeError(requirement("warm_start", rule, received)) from error
    n = len(problem.spins)
    if chances.shape != (n,):
        rule = f"have a chance for each of the {n} variables"
        raise ValueError(requirement("warm_start", rule, f"its shape is {chances.shape}"))
    if not ((chances >= 0) & (chances <= 1)).all():
        fix = "A state goes in by its labels: `{label: value}`, such as `anneal(...).best`."
        received = "it holds others"
        rule = "hold chances from 0 to 1 that a bit is 1, or a spin -1"
        raise ValueError(requirement("warm_start", rule, received, fix))
    return chances


def _of_state(problem: Problem, state: Mapping[Hashable, Any]) -> Floats:
    chances = np.empty(len(problem.spins))
    for i, (label, is_spin) in enumerate(zip(problem.labels, problem.spins, strict=True)):
        allowed = (1, -1) if is_spin else (0, 1)
        value = state.get(label)
        if value not in allowed:
            rule = f"say {allowed[0]} or {allowed[1]} for {label}"
            raise ValueError(requirement("warm_start", rule, f"it says {value!r}"))
        chances[i] = allowed.index(value)
    return chances
