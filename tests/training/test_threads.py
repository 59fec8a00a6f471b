from __future__ import annotations

import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.training.events import StepEnded
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

    return layer


@pytest.mark.parametrize(
    ("layers", "parameters", "threads"),
    [([], 6, 1), ([wide(4)], 0, 1), ([wide(4), wide(11)], 0, 3), ([], 10**6, 3)],
)
def test_small_models_run_on_one_thread(layers, parameters, threads):
    with fitting_threads(layers, parameters):
        assert torch.get_num_threads() == threads
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize(("n_wires", "threads"), [(4, 1), (11, 3)])
def test_a_loss_that_is_minimised_counts_its_wires(n_wires, threads):
    layer, x = wide(n_wires), torch.tensor([0.5])
    seen = []

    def listen(event):
        if isinstance(event, StepEnded):
            seen.append(torch.get_num_threads())

    qaimagic.minimize(lambda: layer(x), x, steps=1, live=False, listeners=[listen])
    assert seen == [threads]


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
