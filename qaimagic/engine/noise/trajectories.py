r"""Runs noisy circuits on sampled pure states: as many wires as a state has, and error bars.

A channel's branch k, taken with probability :math:`r_k`, goes on with
:math:`K_k \psi / \sqrt{r_k}`. Usually :math:`r_k` is :math:`q_k = \|K_k \psi\|^2`, which depends
on the parameters. A gradient that follows the trajectory alone leaves that out and is wrong; so
:math:`r_k` is held constant where it divides: the mean of
:math:`\langle \tilde\psi | P | \tilde\psi \rangle` is then exact for all parameters near by, and
with it all derivatives. This is the gradient along the trajectory and the score function's in
one (arXiv:1506.05254), and the squared norm, whose mean is 1, serves as its control variate.

The branches of Pauli noise do not depend on the state. They are drawn beforehand and turn signs
(:mod:`~qaimagic.engine.noise.pauli_frame`): where there is no other noise, all trajectories are
one sweep of one circuit, and those that are equal run once.

Where a channel's own strength is trained, a small share of the trajectories takes any branch,
so that the derivative is also right where the strength, and with it :math:`q_k`, is zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from qaimagic._checks import check_int
from qaimagic.engine.noise.chunks import rows_in_cache, rows_that_fit, run_again_backwards
from qaimagic.engine.noise.circuit import NoisyCircuit
from qaimagic.engine.noise.drawing import drawn
from qaimagic.engine.noise.pauli_frame import framed
from qaimagic.engine.run import expvals

_LEAST_ROWS = 16

Measure = Callable[[Tensor], Tensor]
"""Quadratic forms, (rows, n_values), real, of states (rows, 2**n_wires)."""


class Estimate(NamedTuple):
    """Sampled expectation values.

    Attributes:
        values: The means, (B, n_words), real, differentiable without bias.
        errors: Their standard errors, (B, n_words); NaN from a single trajectory.
        each: What each trajectory gave, (B, T, n_words), differentiable.
    """

    values: Tensor
    errors: Tensor
    each: Tensor


def sampled_expvals(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    n_trajectories: int,
    *,
    generator: torch.Generator | None = None,
    start: Tensor | None = None,
    measure: Measure | None = None,
) -> Estimate:
    """Estimate the expectation values of the circuit's words from quantum trajectories.

    The trajectories run in chunks where not all fit into memory; the gradient then runs each
    chunk a second time, and has no second derivatives.

    Args:
        noisy: The gates, the places of the channels, and the words.
        shared: The parameters of all samples, (n_shared,), real.
        varied: The parameters by sample, (B, n_varied), of the same dtype.
        kraus: For each channel its Kraus matrices, (K, d, d) or by sample (B, K, d, d), with
            d = 2**len(wires); differentiable.
        n_trajectories: The number of trajectories T for each sample.
        generator: Where the random numbers come from; torch's own if left out.
        start: The state that the gates act on, (2**n_wires,) or (B, 2**n_wires), complex; the
            state of all zeros if left out.
        measure: What to measure in place of the circuit's words.

    Returns:
        The means, their standard errors, and what they come from.

    Raises:
        ValueError: If there is not at least one trajectory.
        MemoryNeedError: If not even one trajectory fits into memory.
    """
    each = torch.cat(
        [
            torch.cat(list(of_samples), dim=1)
            for of_samples in _chunks(
                noisy, shared, varied, kraus, n_trajectories, generator, start, measure
            )
        ]
    )
    spread = each.detach().var(dim=1, correction=0) / (n_trajectories - 1)
    return Estimate(each.mean(dim=1), spread.sqrt(), each)


def sampled_states(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    n_trajectories: int,
    *,
    generator: torch.Generator | None = None,
    start: Tensor | None = None,
) -> Iterator[tuple[int, Tensor]]:
    """Yield the final states of the trajectories, some at a time, without gradients.

    Args:
        noisy: As for :func:`sampled_expvals`, as are the others.
        shared: The parameters of all samples.
        varied: The parameters by sample.
        kraus: The Kraus matrices.
        n_trajectories: The number of trajectories for each sample.
        generator: Where the random numbers come from.
        start: The state that the gates act on.

    Yields:
        The number of a sample, and normalised states of it, (some, 2**n_wires).
    """
    draws = _new_generator(varied.device, generator)
    with torch.no_grad():
        rows = rows_that_fit(noisy.circuit.n_wires, n_trajectories, varied, noisy, kraus)
        for sample in range(len(varied)):
            here = slice(sample, sample + 1)
            own = [one[here] if one.dim() == 4 else one for one in kraus]
            first = start[here] if start is not None and start.dim() == 2 else start
            for n_drawn in _sizes(n_trajectories, rows):
                run = drawn(noisy, shared, varied[here], own, first, n_drawn, draws)
                states = run.states(shared)
                yield sample, states / torch.linalg.vector_norm(states, dim=1, keepdim=True)


def _chunks(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    n_trajectories: int,
    generator: torch.Generator | None,
    start: Tensor | None,
    measure: Measure | None,
) -> Iterator[Iterator[Tensor]]:
    """Yield for some samples at a time the values of some trajectories at a time."""
    check_int("n_trajectories", n_trajectories, minimum=1)
    n_samples, n_wires = len(varied), noisy.circuit.n_wires
    parts = framed(noisy)
    kept = [kraus[number] for number in parts.rest]
    n_rows = n_samples * n_trajectories
    rows = rows_that_fit(n_wires, n_rows, varied, parts.noisy, kept)
    is_whole = rows == n_rows
    if kept:
        rows = min(rows, max(_LEAST_ROWS, rows_in_cache(n_wires, varied)))
    at_once, sizes = max(1, rows // n_trajectories), _sizes(n_trajectories, rows)

    def part(here: slice, n_drawn: int) -> Tensor:
        draws = _new_generator(varied.device, generator)
        seed = draws.initial_seed()

        def run(shared: Tensor, varied: Tensor, start: Tensor | None, *kraus: Tensor) -> Tensor:
            draws.manual_seed(seed)
            return _values(noisy, shared, varied, kraus, start, n_drawn, draws, measure)

        own = [one[here] if one.dim() == 4 else one for one in kraus]
        first = start[here] if start is not None and start.dim() == 2 else start
        if is_whole:
            return run(shared, varied[here], first, *own)
        return run_again_backwards(run, shared, varied[here], first, *own)

    for begin in range(0, n_samples, at_once):
        here = slice(begin, begin + at_once)
        yield (part(here, size) for size in sizes)


def _new_generator(device: torch.device, generator: torch.Generator | None) -> torch.Generator:
    """Return a generator on a device, by a seed drawn from another one or from torch's own."""
    drawn_by = None if generator is None else generator.device
    seed = int(torch.randint(2**62, (), generator=generator, device=drawn_by))
    return torch.Generator(device).manual_seed(seed)


def _sizes(total: int, at_once: int) -> list[int]:
    """Return the sizes of the fewest parts of ``total``, as even as can be."""
    n_parts = -(-total // max(1, min(total, at_once)))
    return [total // n_parts + (place < total % n_parts) for place in range(n_parts)]


def _values(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None,
    n_trajectories: int,
    generator: torch.Generator,
    measure: Measure | None,
) -> Tensor:
    """Return each trajectory's values, (B, T, n_words)."""
    run = drawn(noisy, shared, varied, kraus, start, n_trajectories, generator)
    if measure is None:
        with_norm = dataclasses.replace(run.circuit, words=(*run.circuit.words, ()))
        measured = expvals(with_norm, shared, run.rows, run.psi).index_select(0, run.place)
        values, squares = measured[:, :-1], measured[:, -1:]
        values = values * (1 - 2 * run.odd(run.framed.word_turns).to(values))
    else:
        final = run.states(shared)
        values, squares = measure(final), _squared_norms(final)
    if run.errors.weights is not None:
        values, squares = values * run.errors.weights, squares * run.errors.weights
    values = values.reshape(-1, n_trajectories, values.shape[-1])
    if n_trajectories == 1:
        return values
    wanted = torch.ones_like(squares)
    if run.start is not None:
        wanted = _squared_norms(run.start).index_select(0, run.place)
    excess = (squares - wanted).reshape(-1, n_trajectories, 1)
    known = values.detach()
    others = (known.sum(dim=1, keepdim=True) - known) / (n_trajectories - 1)
    controlled: Tensor = values - others * excess
    return controlled


def _squared_norms(states: Tensor) -> Tensor:
    return torch.view_as_real(states).square().sum(dim=(1, 2))[:, None]
