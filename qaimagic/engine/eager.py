"""Runs circuits in plain torch operations: on any device, to any order of derivative.

It is the reference that the compiled kernels are held to, and what runs where they cannot. It
keeps a state for every gate while gradients are on.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.words import expval, flipped, phases, split


def expvals(
    circuit: Circuit,
    shared: torch.Tensor,
    varied: torch.Tensor,
    start: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Return :math:`\langle \psi | P | \psi \rangle` of each of the circuit's words.

    Args:
        circuit: The gates and the words.
        shared: The parameters of all samples, n_shared numbers in any shape, real.
        varied: The parameters by sample, (B, n_varied), of the same dtype.
        start: The state that the gates act on, (2**n_wires,) or (B, 2**n_wires), complex; the
            state of all zeros if left out. It is taken as it is, normalised or not.

    Returns:
        The expectation values, (B, n_words), real, of the parameters' dtype.
    """
    final = _evolved(circuit, shared, varied, start)
    by_flips: dict[tuple[int, ...], list[int]] = {}
    for index, word in enumerate(circuit.words):
        by_flips.setdefault(flipped(word), []).append(index)
    values: dict[int, torch.Tensor] = {}
    for wires, indices in by_flips.items():
        shape, dims = split(circuit.n_wires, wires)
        overlap = final.conj() * final.reshape(shape).flip(dims).reshape(final.shape)
        for index in indices:
            values[index] = expval(overlap, circuit.words[index], circuit.n_wires)
    columns = [values[index] for index in range(len(circuit.words))]
    return torch.stack(columns, dim=-1).expand(len(varied), -1)


def state(
    circuit: Circuit,
    shared: torch.Tensor,
    varied: torch.Tensor,
    start: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the state after the last gate, whatever the circuit's words.

    Args:
        circuit: The gates.
        shared: The parameters of all samples, n_shared numbers in any shape, real.
        varied: The parameters by sample, (B, n_varied), of the same dtype.
        start: The state that the gates act on, (2**n_wires,) or (B, 2**n_wires), complex; the
            state of all zeros if left out.

    Returns:
        The amplitudes, (B, 2**n_wires), complex; wire 0 is the index's most significant bit.
    """
    return _evolved(circuit, shared, varied, start).expand(len(varied), -1)


def _evolved(
    circuit: Circuit, shared: torch.Tensor, varied: torch.Tensor, start: torch.Tensor | None
) -> torch.Tensor:
    """Return the final state, (B, 2**n), or (1, 2**n) as long as nothing differs by sample."""
    amplitudes = _started(circuit.n_wires, varied, start)
    slots = (*shared.reshape(-1).unbind(), *varied.unbind(dim=1))
    for operation in circuit.operations:
        if isinstance(operation, Flip):
            amplitudes = _flip(amplitudes, operation, circuit.n_wires)
        else:
            angle = _value(operation.angle, slots, varied)
            amplitudes = _rotate(amplitudes, operation, angle, circuit.n_wires)
    return amplitudes


def _started(n_wires: int, varied: torch.Tensor, start: torch.Tensor | None) -> torch.Tensor:
    dtype = varied.dtype.to_complex()
    if start is None:
        zeros = torch.zeros(1, 2**n_wires, dtype=dtype, device=varied.device)
        zeros[0, 0] = 1
        return zeros
    return start.to(dtype).reshape(-1, 2**n_wires)


def _value(angle: Angle, slots: Sequence[torch.Tensor], like: torch.Tensor) -> torch.Tensor:
    """Return an angle as a tensor, (B,) where it differs by sample, otherwise ()."""
    total = like.new_full((), angle.offset)
    for slot, scale in angle.terms:
        total = total + scale * slots[slot]
    return total


def _rotate(
    amplitudes: torch.Tensor, rotation: Rotation, angle: torch.Tensor, n_wires: int
) -> torch.Tensor:
    """Return the rotated state: cos(angle / 2) - i sin(angle / 2) P where the controls hold."""
    wires = sorted([wire for wire, _ in (*rotation.word, *rotation.controls)])
    shape, dims = split(n_wires, wires)
    half = angle.reshape(-1, *(1 for _ in shape[1:])) / 2
    factors = phases(rotation.word, wires, amplitudes).reshape(_sides(wires))
    keep, swap = torch.cos(half), -1j * torch.sin(half) * factors
    if rotation.controls:
        held = _held(rotation, wires, amplitudes.device).reshape(_sides(wires))
        keep, swap = torch.where(held, keep, 1), torch.where(held, swap, 0)
    before = amplitudes.reshape(shape)
    turned = [dim for dim, wire in zip(dims, wires, strict=True) if wire in flipped(rotation.word)]
    new = keep * before + swap * before.flip(turned) if turned else (keep + swap) * before
    return new.reshape(-1, 2**n_wires)


def _flip(amplitudes: torch.Tensor, flip: Flip, n_wires: int) -> torch.Tensor:
    if flip.control is None:
        shape, dims = split(n_wires, (flip.target,))
        return amplitudes.reshape(shape).flip(dims).reshape(-1, 2**n_wires)
    wires = sorted((flip.target, flip.control))
    shape, dims = split(n_wires, wires)
    target, control = dims[wires.index(flip.target)], dims[wires.index(flip.control)]
    off, on = amplitudes.reshape(shape).chunk(2, dim=control)
    return torch.cat((off, on.flip(target)), dim=control).reshape(-1, 2**n_wires)


def _sides(wires: Sequence[int]) -> list[int]:
    """Return the shape that lays one value for each setting of the wires along the split."""
    return [1, *(side for _ in wires for side in (1, 2)), 1]


def _held(rotation: Rotation, wires: Sequence[int], device: torch.device) -> torch.Tensor:
    """Return which settings of the wires hold the control values, (2**len(wires),)."""
    values = dict(rotation.controls)
    held = torch.ones(1, dtype=torch.bool, device=device)
    for wire in wires:
        bits = [wire not in values or values[wire] == bit for bit in (0, 1)]
        held = (held[:, None] & torch.tensor(bits, device=device)).reshape(-1)
    return held
