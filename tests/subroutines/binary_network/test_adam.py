"""Restarts that are trained at once are trained apart."""

import numpy as np
import pytest
import torch

from qaimagic import BinaryNetwork
from qaimagic.subroutines.binary_network.adam import train_restarts
from qaimagic.subroutines.binary_network.committee import with_ones


@pytest.mark.parametrize("has_bias", [True, False])
def test_each_restart_is_a_run_of_torchs_adam_on_the_module(has_bias):
    rng = torch.Generator().manual_seed(1)
    X = torch.randn(40, 3, generator=rng, dtype=torch.float64)
    y = torch.where(X.prod(dim=1) > 0, 1.0, -1.0)
    columns = with_ones(X) if has_bias else X
    size = 2 * columns.shape[1] + has_bias
    settings = {"has_bias": has_bias, "steps": 60, "rate": 0.3, "seed": 7}
    together = train_restarts(columns, y, 2, restarts=4, **settings)
    starts = 2 * torch.rand(4, size, generator=torch.Generator().manual_seed(7)) - 1
    for start, weights in zip(starts, together, strict=True):
        network = BinaryNetwork(3, 2, bias=has_bias)
        units = start[: 2 * columns.shape[1]].reshape(2, -1)
        with torch.no_grad():
            network.weight.copy_(units[:, :3])
            if has_bias:
                network.bias.copy_(units[:, 3])
                network.output_bias.copy_(start[-1])
        optimizer = torch.optim.Adam(network.parameters(), lr=0.3)
        best, kept = np.inf, None
        for _ in range(60):
            loss = network.training_loss((X, y))
            if loss.item() < best - 1e-6:
                best, kept = loss.item(), network.weights
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses = BinaryNetwork(3, 2, bias=has_bias).energy(X, y).energies(np.array([kept, weights]))
        assert losses[0] == pytest.approx(losses[1])
        assert losses[1] == pytest.approx(best, abs=1e-6)


def test_the_seed_decides():
    X, y = torch.randn(20, 3, generator=torch.Generator().manual_seed(0)), torch.ones(20)
    y[::2] = -1
    same = {"has_bias": False, "restarts": 10, "steps": 5, "rate": 0.1}
    first, again, other = (train_restarts(X, y, 3, seed=seed, **same) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
