"""The sweep forward and the sweep back of one circuit on samples that run at the same time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.engine import workspace
from qaimagic.engine.amplitudes import OWN_PLACES, from_rows, to_rows
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.division import Range
from qaimagic.engine.kernels import answer as there
from qaimagic.engine.kernels import changes as back
from qaimagic.engine.layout import index_order
from qaimagic.engine.setting import setting_of
from qaimagic.engine.workers import n_threads
from qaimagic.engine.workspace import Workspace

Floating = NDArray[np.floating[Any]]


class Sweeps:
    """One circuit on samples that run at the same time.

    Args:
        circuit: The circuit.
        shared: The parameters that all samples share, n_shared numbers in any shape.
        varied: The parameters by sample, (batch, n_varied).
        start: The start state, (2**n_wires,) or (batch, 2**n_wires), or None for all zeros.

    Attributes:
        size: The number of samples.
    """

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        self.size = varied.shape[0]
        self._has_words = bool(circuit.words)
        self._setting = setting_of(circuit, self.size, varied.dtype, start is None, n_threads())
        self._shared: Floating = np.ascontiguousarray(shared.numpy(force=True)).reshape(-1)
        self._shared_shape = shared.shape
        self._varied: Floating = np.ascontiguousarray(varied.numpy(force=True))
        self._start = None if start is None else start.detach()
        self._kept: Workspace | None = None

    def answer(self) -> Tensor:
        """Return what the circuit asks for, and keep the states."""
        if self._has_words:
            return torch.from_numpy(self._forward(there.MEASURE, there.COLLECT))
        self._forward(0, 0)
        assert self._kept is not None
        layout, division = self._setting.layout, self._setting.division
        return from_rows(self._kept.state, self._order(), layout, division)

    def forget(self) -> None:
        """Let go of the states; they are worked out anew if cotangents are asked for."""
        if self._kept is not None:
            workspace.give(self._kept)
        self._kept = None

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        setting = self._setting
        if self._kept is None:
            self._forward(0, 0)
        # Taken away first: after an interrupt on the way back nothing may start from them.
        kept, self._kept = self._kept, None
        assert kept is not None
        costate, undone = kept.for_the_way_back()
        if self._has_words:
            values = np.ascontiguousarray(change.numpy(force=True))
            measure = back.MEASURE_BACK
        else:
            values = np.empty(setting.values, kept.dtype)
            to_rows(change, self._order(), setting.layout, setting.division, costate)
            measure = 0
        shared = np.zeros(self._shared.shape, kept.dtype)
        varied = np.zeros(self._varied.shape, kept.dtype)
        self._run(
            back.changes,
            (back.SPREAD, measure, back.PASS_BACK, 0, back.COLLECT),
            -1,
            kept.settled,
            undone,
            values,
            kept.state,
            costate,
            shared,
            varied,
        )
        to_start = None
        if self._start is not None:
            to_start = from_rows(costate, OWN_PLACES, setting.layout, setting.division)
        workspace.give(kept)
        to_shared = torch.from_numpy(shared.reshape(self._shared_shape))
        return to_shared, torch.from_numpy(varied), to_start

    def _forward(self, measure: int, collect: int) -> Floating:
        """Run the circuit, keep the states, and return the words' values if they are collected."""
        setting = self._setting
        taken = workspace.take(setting)
        begin = there.BEGIN
        if self._start is not None:
            to_rows(self._start, OWN_PLACES, setting.layout, setting.division, taken.state)
            begin = 0
        values = np.empty(setting.values, taken.dtype)
        self._run(
            there.answer,
            (there.SETTLE, begin, there.PASS, measure, collect),
            1,
            self._shared,
            self._varied,
            taken.settled,
            taken.state,
            values,
        )
        self._kept = taken
        return values

    def _run(
        self, kernel: Any, stages: tuple[int, int, int, int, int], direction: int, *arrays: Any
    ) -> None:
        """Run a kernel's stages: before all tiles, before, in and after the passes, after all."""
        division = self._setting.division
        integers, floats = self._setting.packed[:2]
        n_tiles, n_passes = division.n_tiles, self._setting.n_passes
        if division.is_one_call:
            kernel(integers, floats, sum(stages), 0, n_tiles, 0, n_passes, 0, 1, *arrays)
            return

        def alone(stages: int) -> None:
            kernel(integers, floats, stages, 0, n_tiles, 0, n_passes, 0, 1, *arrays)

        def together(stages: int, passes: Range) -> None:
            division.run(
                lambda tiles, share: kernel(
                    integers, floats, stages, *tiles, *passes, *share, *arrays
                )
            )

        before_all, before, in_passes, after, after_all = stages
        alone(before_all)
        if division.n_shares == 1:
            together(before | in_passes | after, (0, n_passes))
        else:
            together(before, (0, 0))
            for number in range(n_passes)[::direction]:
                together(in_passes, (number, number + 1))
            together(after, (0, 0))
        alone(after_all)

    def _order(self) -> NDArray[np.int64]:
        return index_order(self._setting.layout.n_wires, self._setting.plan.bits)
