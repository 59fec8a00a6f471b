"""Whether a layer was traced, and whether it answers as `default.qubit` does."""

from __future__ import annotations

import torch

from qaimagic import devices


def on_default_qubit(layer, *inputs):
    with devices.override("default.qubit"):
        return layer(*inputs)


def assert_right(layer, *inputs):
    torch.testing.assert_close(layer(*inputs), on_default_qubit(layer, *inputs))


def traces(layer):
    return layer.circuit.programs.n_traces


def is_traced(layer):
    return traces(layer) > 0 and layer.circuit.programs.reason is None
