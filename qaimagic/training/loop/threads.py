"""How many threads a run uses: one, where the work is too small to be shared out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from qaimagic.devices.annealers.dense import one_thread

_SMALL_MODEL = 100_000
_FEW_WIRES = 10


@contextmanager
def fitting_threads(layers: Iterable[Any], parameters: int) -> Iterator[None]:
    """Within the context, let torch use one thread if the model is small.

    Threads that wait for each other at every small product cost more than they save, above all
    while something else, such as the notebook's front end, uses a core. One thread also makes the
    numbers of a run the same on machines of few and of many cores.

    Args:
        layers: The quantum layers that are called.
        parameters: How many are trained. From 100,000 on, or with a circuit of more than 10
            wires, torch keeps its threads.
    """
    small = parameters < _SMALL_MODEL and all(layer.n_wires <= _FEW_WIRES for layer in layers)
    with one_thread() if small else nullcontext():
        yield
