"""Finds out what a circuit needs by tracing it: how many features, which wires, what it returns."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pennylane.tape import QuantumScript
from torch import Tensor
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from qaimagic.errors import CircuitError, QaimagicWarning
from qaimagic.layers.trial import DRAWS, FILLS, Trace, Trial, differs, needs_grad, seeded
from qaimagic.layers.widths import SMALL, Widths, large

_PAIR_WIDTHS = range(1, 17)
_MOST_PAIRS = 32
_SMALL_STEP = 1e-4


@dataclass(frozen=True)
class Probe:
    """One trace of a circuit on values that stand for its data and weights.

    Attributes:
        tape: What the circuit queued.
        arguments: The probe values, pairwise different wherever the circuit allows it.
        widths: For each data argument the numbers of features it can take; None for any.
        wires_grow: Whether more features need more wires than those of ``tape``.
    """

    tape: QuantumScript
    arguments: dict[str, Tensor]
    widths: dict[str, Widths | None]
    wires_grow: bool = False


@temporarily_clear_interpreter_stack()
@torch.inference_mode(False)
def probe(
    trace: Trace,
    data: Sequence[str],
    shapes: Mapping[str, tuple[int, ...]],
    numbers: tuple[int, ...] = (),
) -> Probe:
    """Trace a circuit at every plausible number of features and keep the one that fits best.

    A width fits if the circuit runs and reads the last feature. Of a bounded set of widths the
    largest is taken (an embedding of 4 wires takes up to 4 features), of an unbounded one
    (a loop over the inputs) as many as there are wires. A width that was not tried here is tried
    when it arrives.

    Args:
        trace: Gives the tape for values of all arguments.
        data: The names of the data arguments.
        shapes: The shapes of the weights.
        numbers: Numbers that the circuit mentions, of which large widths may be made.

    Raises:
        CircuitError: If the circuit runs at no width; the error that came deepest in the body.
    """
    generator = torch.Generator().manual_seed(0)
    weights = {
        name: torch.rand(shape, generator=generator, dtype=torch.float64).requires_grad_()
        for name, shape in shapes.items()
    }
    if not data:
        return Probe(seeded(trace, weights), weights, {})
    deepest: CircuitError | None = None
    for fill in FILLS:
        trial = Trial(trace, data, weights, fill)
        found = _search(trial, len(data), numbers)
        if found.ran:
            chosen = _chosen(found, trial)
            tape, sample = trial.run(chosen)
            grows = found.is_open and len(found.fits) > 1 and _grows(found, trial)
            return Probe(tape, {**sample, **weights}, _allowed(found, trial, chosen), grows)
        if deepest is None or (trial.deepest.line or 0) >= (deepest.line or 0):
            deepest = trial.deepest
    assert deepest is not None
    raise deepest


@torch.inference_mode(False)
@temporarily_clear_interpreter_stack()
def warn_of_stopped_gradients(found: Probe, trace: Trace, function: Callable[..., Any]) -> None:
    """Warn of arguments that turn gates, but to which no gradient flows back."""
    parameters = [p for p in found.tape.get_parameters(trainable_only=False) if needs_grad(p)]
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
        if not differs(found.tape, seeded(trace, {**found.arguments, name: stepped})):
            return False
        again = (seeded(trace, found.arguments, seed) for seed in range(DRAWS))
        return not any(differs(found.tape, tape) for tape in again)
    except CircuitError:
        return False


@dataclass
class _Search:
    """Which numbers of features ran, which fit, and whether there is no largest one."""

    ran: list[tuple[int, ...]]
    fits: list[tuple[int, ...]]
    is_open: bool = False

    def sweep(self, trial: Trial, candidates: Iterable[tuple[int, ...]]) -> None:
        """Try ``candidates`` until one runs that has more features than are read."""
        for widths in candidates:
            fits = trial.fits(widths)
            if fits is None:
                continue
            self.ran.append(widths)
            if fits:
                self.fits.append(widths)
            elif self.fits:
                return


def _search(trial: Trial, n: int, numbers: tuple[int, ...]) -> _Search:
    found = _Search([], [])
    larger = large(numbers)
    found.sweep(trial, ((width,) * n for width in SMALL))
    if not found.fits:
        found.sweep(trial, ((width,) * n for width in larger))
    elif 2 * (last := found.fits[-1][0]) > SMALL[-1]:
        beyond = last * (max((SMALL[-1], *numbers)) // last + 1)
        found.is_open = bool(trial.fits((beyond,) * n))
        if not found.is_open:
            found.sweep(trial, ((width,) * n for width in larger))
    if n > 1 and not found.fits:
        mentioned = [width for width in (*numbers, *larger) if width not in _PAIR_WIDTHS]
        more = mentioned[: _MOST_PAIRS - len(_PAIR_WIDTHS)] if n == 2 else []
        found.sweep(trial, itertools.product((*_PAIR_WIDTHS, *more), repeat=n))
    return found


def _allowed(found: _Search, trial: Trial, chosen: tuple[int, ...]) -> dict[str, Widths | None]:
    takes_any = found.is_open and len(found.fits) == len(SMALL)
    if not found.fits or takes_any:
        return dict.fromkeys(trial.data)

    def arriving(position: int) -> Callable[[int], bool]:
        @temporarily_clear_interpreter_stack()
        @torch.inference_mode(False)
        def fits(width: int) -> bool:
            alone = (*chosen[:position], width, *chosen[position + 1 :])
            together = (width,) * len(chosen)
            return any(trial.fits(widths) for widths in dict.fromkeys((alone, together)))

        return fits

    columns = zip(*found.fits, strict=True)
    return {
        name: Widths(set(column), found.is_open, arriving(position))
        for position, (name, column) in enumerate(zip(trial.data, columns, strict=True))
    }


def _chosen(found: _Search, trial: Trial) -> tuple[int, ...]:
    if not found.fits:
        return found.ran[0]
    if not found.is_open:
        return found.fits[-1]
    as_wires = (trial.n_wires(found.fits[0]),) * len(trial.data)
    return as_wires if as_wires in found.fits else found.fits[0]


def _grows(found: _Search, trial: Trial) -> bool:
    return trial.n_wires(found.fits[1]) > trial.n_wires(found.fits[0])
