"""Amplitudes by sample made rows for the kernels, and rows made amplitudes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.engine.division import Division
from qaimagic.engine.kernels.amplitudes import copy_from_rows, copy_to_rows
from qaimagic.engine.layout import Layout

Floating = NDArray[np.floating[Any]]
Order = NDArray[np.int64]

OWN_PLACES: Order = np.empty(0, np.int64)
"""The order of amplitudes that lie at their own indices."""


def to_rows(
    amplitudes: Tensor, order: Order, layout: Layout, division: Division, rows: Floating
) -> None:
    """Write amplitudes as rows.

    Args:
        amplitudes: Of shape (batch, 2**n_wires), or (2**n_wires,) for all samples, complex.
        order: For each amplitude the index where it lies, (2**n_wires,), or `OWN_PLACES`.
        layout: How rows lie in memory; not one of real amplitudes.
        division: How threads share the work.
        rows: Receives the rows.
    """
    parts = _parts(amplitudes.to(layout.dtype.to_complex()))
    _copy(copy_to_rows, parts, order, layout, rows, division)


def from_rows(rows: Floating, order: Order, layout: Layout, division: Division) -> Tensor:
    """Return rows as amplitudes, (batch, 2**n_wires); the inverse of :func:`to_rows`."""
    shape = layout.batch, 1 << layout.n_wires
    amplitudes = torch.empty(shape, dtype=layout.dtype.to_complex())
    _copy(copy_from_rows, rows, order, layout, _parts(amplitudes), division)
    return amplitudes


def _copy(
    kernel: Any,
    source: Floating,
    order: Order,
    layout: Layout,
    target: Floating,
    division: Division,
) -> None:
    division.run(
        lambda tiles, share: kernel(
            source, order, layout.batch, tiles, share, layout.lane_bits, target
        )
    )


def _parts(amplitudes: Tensor) -> Floating:
    """Return real and imaginary parts, (batch or 1, 2**n_wires, 2)."""
    whole = amplitudes.resolve_conj().contiguous()
    parts: Floating = torch.view_as_real(whole).reshape(-1, amplitudes.shape[-1], 2).numpy()
    return parts
