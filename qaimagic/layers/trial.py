"""Runs a circuit on made-up values of some numbers of features, the same ones each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.errors import CircuitError

DRAWS = 64
"""How often a circuit that draws numbers is run before its chance is ruled out."""

Trace = Callable[[Mapping[str, Tensor]], QuantumScript]
Fill = Callable[[int, torch.Generator], Tensor]


class Trial:
    """One way to fill in a circuit's data.

    Args:
        trace: Gives the tape for values of all arguments.
        data: The names of the data arguments.
        weights: Values of the others.
        fill: Makes a sample of so many features.

    Attributes:
        data: The names of the data arguments.
        deepest: Of the errors so far the one that came deepest in the body.
    """

    deepest: CircuitError

    def __init__(
        self, trace: Trace, data: Sequence[str], weights: Mapping[str, Tensor], fill: Fill
    ) -> None:
        self.data = data
        self._trace = trace
        self._weights = weights
        self._fill = fill

    def run(self, widths: Sequence[int]) -> tuple[QuantumScript, dict[str, Tensor]]:
        """Return the tape, and the data it was traced on, for so many features of each argument.

        Raises:
            CircuitError: If the circuit does not run on them.
        """
        generator = torch.Generator().manual_seed(sum(widths))
        filled = (self._fill(width, generator) for width in widths)
        sample = dict(zip(self.data, filled, strict=True))
        return self._traced(sample), sample

    def n_wires(self, widths: Sequence[int]) -> int:
        """Return how many wires the circuit has for so many features."""
        return len(self.run(widths)[0].wires)

    def fits(self, widths: Sequence[int]) -> bool | None:
        """Return whether the circuit reads the last feature of each, or None if it fails."""
        try:
            tape, sample = self.run(widths)
        except CircuitError as error:
            if not hasattr(self, "deepest") or (error.line or 0) >= (self.deepest.line or 0):
                self.deepest = error
            return None
        return all(self._reads_last(tape, name, sample) for name in sample)

    def _reads_last(self, tape: QuantumScript, name: str, sample: dict[str, Tensor]) -> bool:
        if _has_gradient(tape, sample[name]):
            return True
        changed = sample[name].detach().clone()
        changed[-1] = 0
        try:
            if differs(tape, self._traced({**sample, name: changed.requires_grad_()})):
                return True
            for seed in range(1, DRAWS):
                other = self._traced(sample, seed)
                if not differs(tape, other):
                    return False
                if _has_gradient(other, sample[name]):
                    return True
        except CircuitError:
            return True
        return False

    def _traced(self, sample: Mapping[str, Tensor], seed: int = 0) -> QuantumScript:
        return seeded(self._trace, {**sample, **self._weights}, seed)


def seeded(trace: Trace, arguments: Mapping[str, Tensor], seed: int = 0) -> QuantumScript:
    """Return the tape for ``arguments``, with torch's random numbers as they are after ``seed``."""
    state = torch.get_rng_state()
    torch.default_generator.manual_seed(seed)
    try:
        return trace(arguments)
    finally:
        torch.set_rng_state(state)


def needs_grad(value: Any) -> bool:
    """Whether ``value`` is a tensor that depends on something trainable."""
    return isinstance(value, Tensor) and value.requires_grad


def differs(one: QuantumScript, other: QuantumScript) -> bool:
    """Whether two tapes hold other gates, wires or parameters."""
    mine, theirs = (
        [(operation.name, tuple(operation.wires)) for operation in tape.operations]
        for tape in (one, other)
    )
    if mine != theirs:
        return True
    pairs = zip(
        one.get_parameters(trainable_only=False),
        other.get_parameters(trainable_only=False),
        strict=True,
    )
    return any(not torch.equal(torch.as_tensor(a), torch.as_tensor(b)) for a, b in pairs)


def _has_gradient(tape: QuantumScript, values: Tensor) -> bool:
    """Whether the last of ``values`` turns a gate."""
    parameters = [p for p in tape.get_parameters(trainable_only=False) if needs_grad(p)]
    if not parameters:
        return False
    total = torch.stack([p.abs().sum() for p in parameters]).sum()
    [gradient] = torch.autograd.grad(total, [values], allow_unused=True, retain_graph=True)
    return gradient is not None and bool(gradient[-1] != 0)


def _generic(width: int, generator: torch.Generator) -> Tensor:
    return torch.rand(width, generator=generator, dtype=torch.float64).requires_grad_()


def _unit_norm(width: int, generator: torch.Generator) -> Tensor:
    values = torch.rand(width, generator=generator, dtype=torch.float64)
    return torch.nn.functional.normalize(values, dim=0).requires_grad_()


def _binary(width: int, generator: torch.Generator) -> Tensor:
    del generator
    return torch.ones(width, dtype=torch.float64).requires_grad_()


FILLS: tuple[Fill, ...] = (_generic, _unit_norm, _binary)
