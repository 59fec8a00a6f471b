"""Trajectories up to a circuit's last gates: Pauli errors as signs, other noise piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from qaimagic.engine.circuit import Circuit
from qaimagic.engine.noise.branches import Errors, branched, drawn_errors
from qaimagic.engine.noise.circuit import NoisyCircuit
from qaimagic.engine.noise.pauli_frame import Framed, framed, parities, with_errors
from qaimagic.engine.run import state

_EXPLORING = 0.25


class Drawn(NamedTuple):
    """Trajectories before the last gates.

    Attributes:
        framed: The circuit, its Pauli errors as signs.
        circuit: The last gates.
        rows: The parameters by trajectory, (rows, n_varied).
        psi: The states before the last gates, (rows, 2**n_wires); None for all zeros.
        errors: The Pauli errors of all trajectories.
        place: The row of each trajectory, (B * T,): those that are equal run once.
        start: The state that each row began with, or None.
    """

    framed: Framed
    circuit: Circuit
    rows: Tensor
    psi: Tensor | None
    errors: Errors
    place: Tensor
    start: Tensor | None

    def odd(self, sets: Sequence[int]) -> Tensor:
        """Return whether each trajectory's errors of each set are odd in number."""
        return parities(self.errors.bits, sets)

    def states(self, shared: Tensor) -> Tensor:
        """Return the final state of each trajectory, each up to a phase."""
        final = state(self.circuit, shared, self.rows, self.psi).index_select(0, self.place)
        bits = self.framed.final
        return with_errors(final, self.odd(bits)) if any(bits) else final


def drawn(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None,
    n_trajectories: int,
    generator: torch.Generator,
) -> Drawn:
    """Run trajectories of each sample up to the last gates.

    Args:
        noisy: The gates and the places of the channels.
        shared: The parameters of all samples, (n_shared,).
        varied: The parameters by sample, (B, n_varied).
        kraus: For each channel its Kraus matrices, (K, d, d) or by sample (B, K, d, d).
        start: The state that the gates act on, (2**n_wires,) or (B, 2**n_wires), or None.
        n_trajectories: The number of trajectories T for each sample.
        generator: Where the random numbers come from.
    """
    parts, n_wires, dtype = framed(noisy), noisy.circuit.n_wires, varied.dtype.to_complex()
    trained = [one.requires_grad and torch.is_grad_enabled() for one in kraus]
    shares = [_EXPLORING / sum(trained) if one else 0.0 for one in trained]
    n_rows = len(varied) * n_trajectories
    errors = drawn_errors(
        [noisy.channels[number] for number in parts.errors],
        [kraus[number] for number in parts.errors],
        [shares[number] for number in parts.errors],
        n_rows,
        generator,
    )
    place = torch.arange(n_rows, device=varied.device)
    sample, odd = place // n_trajectories, parities(errors.bits, parts.turns)
    if not parts.rest:
        keys = torch.cat([sample[:, None], odd], dim=1)
        keys, place = torch.unique(keys, dim=0, return_inverse=True)
        sample, odd = keys[:, 0], keys[:, 1:]
    rows = parts.rows(shared, varied, sample, odd)
    *pieces, last = parts.noisy.pieces()
    first = None if start is None else start.to(dtype).reshape(-1, 2**n_wires)
    if first is not None:
        first = first.expand(len(varied), -1).index_select(0, sample)
    psi = first
    for piece, channel, number, arrival in zip(
        pieces, parts.noisy.channels, parts.rest, parts.arrivals, strict=True
    ):
        if piece.operations or psi is None:
            psi = state(piece, shared, rows, psi)
        matrices = kraus[number].to(dtype).reshape(-1, *kraus[number].shape[-3:])
        if any(arrival):
            matrices = matrices.repeat_interleave(n_rows // len(matrices), dim=0)
            matrices = with_errors(matrices, parities(errors.bits, arrival))
        psi = branched(psi, matrices, channel.wires, n_wires, shares[number], generator)
    return Drawn(parts, last, rows, psi, errors, place, first)
