"""Compiles every kernel ahead, so that nobody waits for it in a notebook."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch

from qaimagic.engine import jit
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.noise.matrices import acted_on, reduced
from qaimagic.engine.run import expvals, state


@dataclass(frozen=True)
class Warmth:
    """What a `warmup` did.

    Attributes:
        compiled: The number of kernels that were compiled; -1 where there is no compiler.
        found: The number of kernels that an earlier process had left.
        folders: Where the compiled ones are kept for later processes; none if nowhere.
        seconds: How long it took.
    """

    compiled: int
    found: int
    folders: tuple[str, ...]
    seconds: float


def warmup() -> Warmth:
    """Compile the kernels for both precisions, forward and back, or find them ready.

    Returns:
        What was done.
    """
    begun = time.monotonic()
    if not jit.available():
        return Warmth(-1, 0, (), time.monotonic() - begun)
    for dtype in (torch.float32, torch.float64):
        for batch in (1, 33):
            _run(dtype, batch)
        _run_noise(dtype)
    compiled, found = jit.kernels_ready()
    return Warmth(compiled, found, jit.folders(), time.monotonic() - begun)


def _run(dtype: torch.dtype, batch: int) -> None:
    """Run a small circuit that has something of everything, and its gradients."""
    n_wires = 5
    rotations = [
        Rotation(((wire, letter),), Angle(((slot, 1.0),)), controls)
        for slot, (wire, letter, controls) in enumerate(
            [(0, "X", ()), (1, "Y", ()), (4, "Z", ((0, 1),)), (3, "Y", ((4, 0),))]
        )
    ]
    circuit = Circuit(
        n_wires,
        n_shared=2,
        n_varied=2,
        operations=(*rotations, Flip(1, 0), *reversed(rotations)),
        words=(((0, "Z"),), ((1, "X"), (4, "Y"))),
    )
    shared = torch.zeros(2, dtype=dtype, requires_grad=True)
    varied = torch.zeros(batch, 2, dtype=dtype, requires_grad=True)
    start = torch.zeros(2**n_wires, dtype=dtype.to_complex())
    start[0] = 1
    answers = [
        expvals(circuit, shared, varied),
        expvals(circuit, shared, varied, start.requires_grad_()),
        state(replace(circuit, words=()), shared, varied).abs(),
    ]
    torch.autograd.backward([answer.sum() for answer in answers])


def _run_noise(dtype: torch.dtype) -> None:
    """Let a channel's matrix act on a state, and measure its branches."""
    n_wires, wires = 4, (1,)
    states = torch.zeros(1, 2**n_wires, dtype=dtype.to_complex(), requires_grad=True)
    matrices = torch.eye(2, dtype=states.dtype)[None].requires_grad_()
    torch.autograd.backward(acted_on(states, matrices, wires, n_wires).abs().sum())
    reduced(states, wires, n_wires, diagonal=True)
