"""Bringing gates together across noise keeps the circuit."""

from __future__ import annotations

import torch
from hypothesis import given, settings

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.noise import Channel, NoisyCircuit, density_matrix, layered
from tests.engine.noise.random_noise import noisy_cases


@settings(max_examples=60, deadline=None)
@given(noisy_cases(max_wires=4, max_operations=10, max_channels=6))
def test_gives_the_same_density_matrix(case):
    noisy, shared, varied, kraus = case
    new, order = layered(noisy)
    assert sorted(order) == list(range(len(kraus)))
    assert [channel.wires for channel in new.channels] == [
        noisy.channels[number].wires for number in order
    ]
    found = density_matrix(new, shared, varied, [kraus[number] for number in order])
    torch.testing.assert_close(found, density_matrix(noisy, shared, varied, kraus))


def test_a_wall_of_channels_is_one_layer():
    gates, channels = [], []
    for wire in range(5):
        gates.append(Rotation(((wire, "Y"),), Angle((), 0.3)))
        channels.append(Channel((wire,), len(gates)))
    gates.append(Flip(0, 1))
    new, order = layered(NoisyCircuit(Circuit(5, 0, 0, tuple(gates)), tuple(channels)))
    assert {channel.after for channel in new.channels} == {5}
    assert order == [0, 1, 2, 3, 4]
