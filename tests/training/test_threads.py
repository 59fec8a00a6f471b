from __future__ import annotations

import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.training.loop.threads import fitting_threads


@pytest.fixture(autouse=True)
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def wide(n_wires):
    @qaimagic.quantum
    def layer(inputs):
        qml.RX(inputs[0], wires=0)
        qml.Identity(n_wires - 1)
        for wire in range(n_wires):
            qml.H(wire)
        return qml.expval(qml.Z(0))

    return nn.Sequential(layer)


@pytest.mark.parametrize(
    ("model", "parameters", "threads"),
    [(nn.Linear(2, 2), 6, 1), (wide(4), 0, 1), (wide(11), 0, 3), (None, 10**6, 3)],
)
def test_small_models_run_on_one_thread(model, parameters, threads):
    with fitting_threads(model, parameters):
        assert torch.get_num_threads() == threads
    assert torch.get_num_threads() == 3


def test_a_run_gives_the_threads_back():
    seen = []
    qaimagic.train(
        nn.Linear(2, 1),
        (torch.rand(8, 2), torch.rand(8)),
        epochs=1,
        live=False,
        listeners=[lambda _event: seen.append(torch.get_num_threads())],
    )
    assert 1 in seen
    assert torch.get_num_threads() == 3
