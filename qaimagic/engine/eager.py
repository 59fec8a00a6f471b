"""Runs circuits in plain torch operations: on any device, to any order of derivative.

It is the reference that the compiled kernels are held to, and what runs where they cannot. It
keeps a state for every gate while gradients are on.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation, Word

_PHASES = {"X": (1, 1), "Y": (-1j, 1j), "Z": (1, -1)}


def expvals(
    circuit: Circuit,
    shared: torch.Tensor,
    varied: torch.Tensor,
    start: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Return :math:`\langle \psi | P | \psi \rangle` of each of the circuit's words.

    Args:
        circuit: The gates and the words.
        shared: The parameters of all samples, (n_shared,), real.
        varied: The parameters by sample, (B, n_varied), of the same dtype.
        start: The state that the gates act on, (2**n_wires,) or (B, 2**n_wires), complex; the
            state of all zeros if left out. It is taken as it is, normalised or not.

    Returns:
        The expectation values, (B, n_words), real, of the parameters' dtype.
    """
    final = _evolved(circuit, shared, varied, start)
    by_flips: dict[tuple[int, ...], list[int]] = {}
    for index, word in enumerate(circuit.words):
        by_flips.setdefault(_flipped(word), []).append(index)
    values: dict[int, torch.Tensor] = {}
    for wires, indices in by_flips.items():
        shape, dims = _split(circuit.n_wires, wires)
        overlap = final.conj() * final.reshape(shape).flip(dims).reshape(final.shape)
        for index in indices:
            values[index] = _summed(overlap, circuit.words[index], circuit.n_wires)
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
        shared: The parameters of all samples, (n_shared,), real.
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
    slots = (*shared.unbind(), *varied.unbind(dim=1))
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
    shape, dims = _split(n_wires, wires)
    half = angle.reshape(-1, *(1 for _ in shape[1:])) / 2
    phases = _table(rotation.word, wires, amplitudes).reshape(_sides(wires))
    keep, swap = torch.cos(half), -1j * torch.sin(half) * phases
    if rotation.controls:
        held = _held(rotation, wires, amplitudes.device).reshape(_sides(wires))
        keep, swap = torch.where(held, keep, 1), torch.where(held, swap, 0)
    split = amplitudes.reshape(shape)
    turned = [dim for dim, wire in zip(dims, wires, strict=True) if wire in _flipped(rotation.word)]
    new = keep * split + swap * split.flip(turned) if turned else (keep + swap) * split
    return new.reshape(-1, 2**n_wires)


def _flip(amplitudes: torch.Tensor, flip: Flip, n_wires: int) -> torch.Tensor:
    if flip.control is None:
        shape, dims = _split(n_wires, (flip.target,))
        return amplitudes.reshape(shape).flip(dims).reshape(-1, 2**n_wires)
    wires = sorted((flip.target, flip.control))
    shape, dims = _split(n_wires, wires)
    target, control = dims[wires.index(flip.target)], dims[wires.index(flip.control)]
    off, on = amplitudes.reshape(shape).chunk(2, dim=control)
    return torch.cat((off, on.flip(target)), dim=control).reshape(-1, 2**n_wires)


def _summed(overlap: torch.Tensor, word: Word, n_wires: int) -> torch.Tensor:
    """Return the real sum of the word's phases times psi*[i] psi[i flipped], (B,).

    One dimension after another: sums over several at once lose digits in torch.
    """
    wires = [wire for wire, _ in word]
    shape, dims = _split(n_wires, wires)
    marginal = overlap.reshape(shape)
    for dim in reversed(range(1, len(shape))):
        if dim not in dims:
            marginal = marginal.sum(dim=dim)
    marginal = marginal.reshape(-1, 2 ** len(word))
    return (marginal * _table(word, wires, overlap)).real.sum(dim=-1)


def _flipped(word: Word) -> tuple[int, ...]:
    return tuple(wire for wire, pauli in word if pauli != "Z")


def _split(n_wires: int, wires: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return a shape of the amplitudes with a dimension for each wire, and those dimensions."""
    shape, before = [-1], 0
    for wire in wires:
        shape += [2 ** (wire - before), 2]
        before = wire + 1
    return [*shape, 2 ** (n_wires - before)], list(range(2, 2 * len(wires) + 2, 2))


def _sides(wires: Sequence[int]) -> list[int]:
    """Return the shape that lays one value for each setting of the wires along the split."""
    return [1, *(side for _ in wires for side in (1, 2)), 1]


def _table(word: Word, wires: Sequence[int], like: torch.Tensor) -> torch.Tensor:
    """Return the factor that the word gives each setting of the wires, (2**len(wires),)."""
    letters = dict(word)
    table = like.new_ones(1)
    for wire in wires:
        factors = like.new_tensor(_PHASES[letters.get(wire, "X")])
        table = (table[:, None] * factors).reshape(-1)
    return table


def _held(rotation: Rotation, wires: Sequence[int], device: torch.device) -> torch.Tensor:
    """Return which settings of the wires hold the control values, (2**len(wires),)."""
    values = dict(rotation.controls)
    held = torch.ones(1, dtype=torch.bool, device=device)
    for wire in wires:
        bits = [wire not in values or values[wire] == bit for bit in (0, 1)]
        held = (held[:, None] & torch.tensor(bits, device=device)).reshape(-1)
    return held
