"""How many threads a run uses: one, where the work is too small to be shared out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from qaimagic.training.loop.weights import quantum_layers

_SMALL_MODEL = 100_000
_FEW_WIRES = 10


@contextmanager
def fitting_threads(model: nn.Module | None, parameters: int) -> Iterator[None]:
    """Within the context, let torch use one thread if the model is small.

    Threads that wait for each other at every small product cost more than they save, above all
    while something else, such as the notebook's front end, uses a core. One thread also makes the
    numbers of a run the same on machines of few and of many cores.

    Args:
        model: What is trained, or None for tensors alone.
        parameters: Its number of parameters. From 100,000 on, or with a circuit of more than 10
            wires, torch keeps its threads.
    """
    layers = [] if model is None else quantum_layers(model).values()
    small = parameters < _SMALL_MODEL and all(layer.n_wires <= _FEW_WIRES for layer in layers)
    before = torch.get_num_threads()
    if small:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
