"""Draws shots from the engine's states by PennyLane's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from pennylane.devices.qubit.sampling import measure_with_samples
from pennylane.tape import QuantumScript

from qaimagic.bridge.plugin.batches import SlowRun, grouped, states_of


def run_with_shots(
    tapes: Sequence[QuantumScript], rng: np.random.Generator, run_slowly: SlowRun
) -> list[Any]:
    """Return the answers of tapes with finite shots in PennyLane's nesting, as NumPy arrays.

    Args:
        tapes: Circuits with shots; no gradient flows through them.
        rng: Where the shots come from: the tapes draw in their order, so that a seed fixes them.
        run_slowly: Runs what the engine does not.
    """
    answers: list[Any] = [None] * len(tapes)
    groups, refused = grouped(tapes)
    for reason, indices in refused.items():
        slow = run_slowly([tapes[index] for index in indices], reason)
        for index, answer in zip(indices, slow, strict=True):
            answers[index] = answer
    states: dict[int, Any] = {}
    for members in groups:
        with torch.no_grad():
            rows = states_of([tape for _, tape in members])
        for (index, tape), state in zip(members, rows, strict=True):
            states[index] = state.cpu().numpy() if tape.batch_size else state[0].cpu().numpy()
    for index, state in sorted(states.items()):
        answers[index] = _measured(tapes[index].map_to_standard_wires(), state, rng)
    return answers


def _measured(tape: QuantumScript, state: Any, rng: np.random.Generator) -> Any:
    is_batched = state.ndim == 2
    shape = (*state.shape[:-1], *(2,) * tape.num_wires)
    results = measure_with_samples(
        tape.measurements, state.reshape(shape), tape.shots, is_state_batched=is_batched, rng=rng
    )
    if len(tape.measurements) > 1:
        return results
    if tape.shots.has_partitioned_shots:
        return tuple(copy[0] for copy in results)
    return results[0]
