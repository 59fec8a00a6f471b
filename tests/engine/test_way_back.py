"""The way back through a circuit of many nodes counts as executing, and nothing else does."""

import time

import torch

from qaimagic._clock import Clock
from qaimagic.engine import jit
from qaimagic.engine.circuit import Angle, Circuit, Rotation
from qaimagic.engine.run import expvals
from qaimagic.engine.way_back import follow_back


class Slow(torch.autograd.Function):
    """Does nothing, and takes 20 ms to do it backwards."""

    @staticmethod
    def forward(_, x):
        return x.clone()

    @staticmethod
    def backward(_, change):
        time.sleep(0.02)
        return change


def test_time_between_answers_and_parameters_is_executing():
    clock = Clock("classical")
    x = torch.ones(2, requires_grad=True)
    with clock.running():
        given = Slow.apply(x)
        answers = [Slow.apply(given), Slow.apply(2 * given)]
        follow_back([given, "no tensor", torch.ones(1)], answers)
        loss = Slow.apply(answers[0] + answers[1]).sum()
        for repeat in (1, 2):
            loss.backward(retain_graph=True)
            assert clock.turn("classical") == "classical"
            seconds = clock.seconds()
            assert seconds["executing"] >= repeat * 0.04
            assert seconds["classical"] >= repeat * 0.04
        assert seconds["executing"] < 0.04 + seconds["classical"]
    torch.testing.assert_close(x.grad, torch.full((2,), 6.0))
    before = clock.seconds()
    loss.backward()
    assert clock.seconds() == before


def test_nothing_is_followed_without_a_gradient():
    clock = Clock()
    with clock.running(), torch.no_grad():
        follow_back([torch.ones(1, requires_grad=True)], [torch.ones(1)])


def test_the_engine_in_plain_torch_times_its_way_back(monkeypatch):
    monkeypatch.setattr(jit, "available", lambda: False)
    layers = [Rotation(((w, "X"),), Angle(((w, 1.0),))) for w in range(8) for _ in range(20)]
    circuit = Circuit(8, 8, 0, tuple(layers), (((0, "Z"),),))
    theta = torch.linspace(0, 1, 8, dtype=torch.float64, requires_grad=True)
    clock = Clock("classical")
    with clock.running():
        answer = expvals(circuit, theta, torch.zeros(4, 0, dtype=torch.float64))
        forward = clock.seconds()["executing"]
        answer.sum().backward()
    seconds = clock.seconds()
    assert 0 < forward < seconds["executing"]
    assert seconds["classical"] < 0.5 * (seconds["executing"] - forward)
