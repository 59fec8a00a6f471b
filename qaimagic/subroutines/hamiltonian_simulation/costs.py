"""What exponentials of Pauli words cost in gates on two wires.

A word on two wires is one gate; on w > 2 wires it is a ladder of w - 1 CNOTs up and one down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any

from qaimagic.bridge.depth import longest_chain
from qaimagic.subroutines.hamiltonian_simulation.formulas import Exponential, repeated
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms

_MEASURED = 64


@dataclass(frozen=True)
class Costs:
    """What a circuit is made of.

    Attributes:
        exponentials: Rotations about Pauli words.
        gates: Gates on two wires.
        depth: The depth in these.
    """

    exponentials: int
    gates: int
    depth: int


def costs_of_steps(terms: Terms, step: Sequence[Exponential], steps: int) -> Costs:
    """Return what so many steps cost; the depth of more than 64 goes on as that of the last 32."""
    few = min(steps, _MEASURED)
    own = costs_of(terms, repeated(step, few))
    if steps == few:
        return own
    half = costs_of(terms, repeated(step, few // 2))
    further = (steps - few) / (few - few // 2)

    def grown(what: Callable[[Costs], int]) -> int:
        return what(own) + ceil(further * (what(own) - what(half)))

    return Costs(
        grown(lambda c: c.exponentials), grown(lambda c: c.gates), grown(lambda c: c.depth)
    )


def costs_of(terms: Terms, exponentials: Iterable[Exponential]) -> Costs:
    """Return what exponentials cost."""
    ladders = [_ladder(list(word)) for word in terms.words]
    indices = [index for index, _ in exponentials]
    pairs = [pair for index in indices for pair in ladders[index]]
    return Costs(len(indices), len(pairs), longest_chain(pairs))


def _ladder(wires: Sequence[Any]) -> list[tuple[Any, ...]]:
    if len(wires) == 2:
        return [tuple(wires)]
    down = list(zip(reversed(wires), islice(reversed(wires), 1, None), strict=False))
    return [*down, *reversed(down)]
