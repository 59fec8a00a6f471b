"""Finds out what a circuit needs by tracing it: how many features, which wires, what it returns."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pennylane.tape import QuantumScript
from torch import Tensor
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from qaimagic.errors import CircuitError, QaimagicWarning

_SMALL_WIDTHS = range(1, 65)
_LARGE_WIDTHS = (128, 256, 512, 1024, 2048, 4096)
_PAIR_WIDTHS = range(1, 17)
_SMALL_STEP = 1e-4

Trace = Callable[[Mapping[str, Tensor]], QuantumScript]


@dataclass(frozen=True)
class Probe:
    """One trace of a circuit on values that stand for its data and weights.

    Attributes:
        tape: What the circuit queued.
        arguments: The probe values, pairwise different wherever the circuit allows it.
        widths: For each data argument the numbers of features it can take; None for any.
    """

    tape: QuantumScript
    arguments: dict[str, Tensor]
    widths: dict[str, frozenset[int] | None]


@temporarily_clear_interpreter_stack()
@torch.inference_mode(False)
def probe(trace: Trace, data: Sequence[str], shapes: Mapping[str, tuple[int, ...]]) -> Probe:
    """Trace a circuit at every plausible number of features and keep the one that fits best.

    A width fits if the circuit runs and reads the last feature. Of a bounded set of widths the
    largest is taken (an embedding of 4 wires takes up to 4 features), of an unbounded one
    (a loop over the inputs) as many as there are wires.

    Raises:
        CircuitError: If the circuit runs at no width; the error that came deepest in the body.
    """
    generator = torch.Generator().manual_seed(0)
    weights = {
        name: torch.rand(shape, generator=generator, dtype=torch.float64).requires_grad_()
        for name, shape in shapes.items()
    }
    if not data:
        return Probe(trace(weights), weights, {})
    deepest: CircuitError | None = None
    for values in (_generic, _unit_norm, _binary):
        fits: list[tuple[int, ...]] = []
        ran: list[tuple[int, ...]] = []
        for widths in _candidates(len(data), fits):
            sample = dict(zip(data, (values(n, generator) for n in widths), strict=True))
            try:
                tape = trace({**sample, **weights})
            except CircuitError as error:
                if deepest is None or (error.line or 0) >= (deepest.line or 0):
                    deepest = error
                continue
            ran.append(widths)
            if _reads_last_features(tape, sample, trace, weights):
                fits.append(widths)
            elif fits:
                break
        if ran:
            allowed = _allowed(data, fits)
            chosen = _chosen(fits, ran, trace, data, weights, values, generator)
            arguments = {**dict(zip(data, chosen, strict=True)), **weights}
            return Probe(trace(arguments), arguments, allowed)
    assert deepest is not None
    raise deepest


@torch.inference_mode(False)
@temporarily_clear_interpreter_stack()
def warn_of_stopped_gradients(found: Probe, trace: Trace, function: Callable[..., Any]) -> None:
    """Warn of arguments that turn gates, but to which no gradient flows back."""
    parameters = [p for p in found.tape.get_parameters(trainable_only=False) if _needs_grad(p)]
    generator = torch.Generator().manual_seed(0)
    total = sum((p.abs() * torch.rand(p.shape, generator=generator)).sum() for p in parameters)
    stopped = [name for name in found.arguments if _is_stopped(name, total, found, trace)]
    if stopped:
        listing = " and ".join(f"`{name}`" for name in stopped)
        warnings.warn_explicit(
            f"`{function.__name__}` reads {listing} through `math`, NumPy, `float`, `.item()` or "
            "`.detach()`, where gradients stop: nothing is trained through it. Use torch's own "
            "functions, such as `torch.sin` for `math.sin`.",
            QaimagicWarning,
            function.__code__.co_filename,
            function.__code__.co_firstlineno,
        )


def _is_stopped(name: str, total: Any, found: Probe, trace: Trace) -> bool:
    """Whether a small step of the values without gradient, not chance, changes a parameter."""
    value = found.arguments[name]
    gradient = None
    if isinstance(total, Tensor):
        [gradient] = torch.autograd.grad(total, [value], allow_unused=True, retain_graph=True)
    without = torch.ones_like(value) if gradient is None else (gradient == 0).to(value.dtype)
    if not without.any():
        return False
    stepped = (value.detach() + _SMALL_STEP * without).requires_grad_()
    try:
        moved = _differs(found.tape, trace({**found.arguments, name: stepped}))
        return moved and not _differs(found.tape, trace(found.arguments))
    except CircuitError:
        return False


def _generic(width: int, generator: torch.Generator) -> Tensor:
    return torch.rand(width, generator=generator, dtype=torch.float64).requires_grad_()


def _unit_norm(width: int, generator: torch.Generator) -> Tensor:
    values = torch.rand(width, generator=generator, dtype=torch.float64)
    return torch.nn.functional.normalize(values, dim=0).requires_grad_()


def _binary(width: int, generator: torch.Generator) -> Tensor:
    del generator
    return torch.ones(width, dtype=torch.float64).requires_grad_()


def _candidates(n_data: int, fits: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    for width in (*_SMALL_WIDTHS, *_LARGE_WIDTHS):
        unbounded = len(fits) == len(_SMALL_WIDTHS)
        if not unbounded:
            yield (width,) * n_data
    if n_data > 1 and not fits:
        yield from itertools.product(_PAIR_WIDTHS, repeat=n_data)


def _reads_last_features(
    tape: QuantumScript, sample: Mapping[str, Tensor], trace: Trace, weights: Mapping[str, Tensor]
) -> bool:
    return all(_reads_last_feature(tape, name, sample, trace, weights) for name in sample)


def _reads_last_feature(
    tape: QuantumScript,
    name: str,
    sample: Mapping[str, Tensor],
    trace: Trace,
    weights: Mapping[str, Tensor],
) -> bool:
    parameters = [p for p in tape.get_parameters(trainable_only=False) if _needs_grad(p)]
    if parameters:
        total = torch.stack([p.abs().sum() for p in parameters]).sum()
        [gradient] = torch.autograd.grad(
            total, [sample[name]], allow_unused=True, retain_graph=True
        )
        if gradient is not None and gradient[-1] != 0:
            return True
    changed = sample[name].detach().clone()
    changed[-1] = 0
    try:
        other = trace({**sample, **weights, name: changed.requires_grad_()})
    except CircuitError:
        return True
    return _differs(tape, other)


def _needs_grad(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _differs(one: QuantumScript, other: QuantumScript) -> bool:
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


def _allowed(
    data: Sequence[str], fits: Sequence[tuple[int, ...]]
) -> dict[str, frozenset[int] | None]:
    if not fits or len(fits) >= len(_SMALL_WIDTHS):
        return dict.fromkeys(data)
    columns = zip(*fits, strict=True)
    return {name: frozenset(column) for name, column in zip(data, columns, strict=True)}


def _chosen(
    fits: Sequence[tuple[int, ...]],
    ran: Sequence[tuple[int, ...]],
    trace: Trace,
    data: Sequence[str],
    weights: Mapping[str, Tensor],
    values: Callable[[int, torch.Generator], Tensor],
    generator: torch.Generator,
) -> list[Tensor]:
    widths = ran[0]
    if fits and len(fits) < len(_SMALL_WIDTHS):
        widths = fits[-1]
    elif fits:
        first = dict(zip(data, (values(n, generator) for n in fits[0]), strict=True))
        n_wires = len(trace({**first, **weights}).wires)
        widths = (n_wires,) * len(data) if (n_wires,) * len(data) in fits else fits[0]
    return [values(n, generator) for n in widths]
