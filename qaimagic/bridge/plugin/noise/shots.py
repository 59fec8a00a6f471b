"""Draws shots of noisy circuits: from density matrices, or one from each of many trajectories."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import torch
from pennylane import measurements as mp
from pennylane.devices.qubit_mixed.sampling import measure_with_samples
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.plugin.noise.lowering import joined, lowered
from qaimagic.bridge.plugin.rows import laid_out
from qaimagic.engine import noise


def shots_of_densities(tape: QuantumScript, rng: np.random.Generator) -> Any:
    """Return the answers of a tape with shots, by PennyLane's rules for density matrices.

    Args:
        tape: A circuit, or a broadcast one; its wires are numbered from 0.
        rng: Where the shots come from.
    """
    noisy = lowered(tape)
    rows, kraus = laid_out([noisy.gates]), joined([noisy])
    circuit = noise.NoisyCircuit(rows.circuit, noisy.channels)
    with torch.no_grad():
        rho = noise.density_matrix(circuit, rows.shared, rows.varied, kraus, rows.start)
    is_batched = noisy.gates.batch_size is not None
    matrices = (rho if is_batched else rho[0]).cpu().numpy()
    sides = (2,) * (2 * rows.circuit.n_wires)
    results = measure_with_samples(
        noisy.measurements,
        matrices.reshape(*matrices.shape[:-2], *sides),
        tape.shots,
        is_state_batched=is_batched,
        rng=rng,
    )
    return _nested(results, tape)


def shots_of_states(tape: QuantumScript, rng: np.random.Generator) -> Any:
    """Return the answers of a tape with shots, each shot from a trajectory of its own.

    Measurements that do not commute have shots of their own, as always in PennyLane.

    Args:
        tape: A circuit, or a broadcast one; its wires are numbered from 0.
        rng: Where the shots come from.

    Raises:
        NotNativeError: If a measurement does not come from bits.
    """
    if any(isinstance(m, mp.ClassicalShadowMP | mp.ShadowExpvalMP) for m in tape.measurements):
        raise NotNativeError("classical shadows of sampled noise")
    singles, by_sample = qml.transforms.broadcast_expand(tape)
    answers = []
    for single in singles:
        parts, whole = qml.transforms.split_non_commuting(single)
        answers.append(whole(tuple(_answers(_rotated(part), rng) for part in parts)))
    return by_sample(tuple(answers))


def _rotated(tape: QuantumScript) -> QuantumScript:
    [rotated], _ = qml.transforms.diagonalize_measurements(tape)
    return rotated


def _answers(tape: QuantumScript, rng: np.random.Generator) -> Any:
    """Return the answers of a tape that measures bits."""
    bits = _bits(tape, rng)
    wires = qml.wires.Wires(range(bits.shape[1]))
    copies = []
    for low, high in tape.shots.bins():
        part = bits[low:high]
        copies.append(tuple(one.process_samples(part, wires) for one in tape.measurements))
    by_copy = tuple(copies) if tape.shots.has_partitioned_shots else copies[0]
    return _nested(by_copy, tape)


def _bits(tape: QuantumScript, rng: np.random.Generator) -> Any:
    """Return one outcome of all wires from each of as many trajectories, (shots, n_wires)."""
    noisy = lowered(tape)
    rows, kraus = laid_out([noisy.gates]), joined([noisy])
    circuit = noise.NoisyCircuit(rows.circuit, noisy.channels)
    generator = torch.Generator(rows.varied.device).manual_seed(int(rng.integers(2**62)))
    drawn = noise.sampled_states(
        circuit,
        rows.shared,
        rows.varied,
        kraus,
        int(tape.shots.total_shots or 0),
        generator=generator,
        start=rows.start,
    )
    indices = torch.cat([_outcomes(states, generator) for _, states in drawn])
    n_wires = rows.circuit.n_wires
    shifts = torch.arange(n_wires - 1, -1, -1, device=indices.device)
    return (indices[:, None] >> shifts & 1).cpu().numpy()


def _outcomes(states: Tensor, generator: torch.Generator) -> Tensor:
    """Return the index that a measurement of each state, (rows, 2**n_wires), gives."""
    sums = states.abs().square().double().cumsum(dim=1)
    draws = torch.rand(
        len(states), 1, generator=generator, dtype=torch.float64, device=states.device
    )
    found = torch.searchsorted(sums, draws * sums[:, -1:], right=True)
    return found[:, 0].clamp(max=states.shape[1] - 1)


def _nested(results: Any, tape: QuantumScript) -> Any:
    """Leave out the level of measurements where there is one alone."""
    if len(tape.measurements) > 1:
        return results
    if tape.shots.has_partitioned_shots:
        return tuple(copy[0] for copy in results)
    return results[0]
