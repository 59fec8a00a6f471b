"""Local search ends in local minima."""

import numpy as np
import pytest

from qaimagic.devices import annealers
from tests.devices.annealers.models import random_ising


@pytest.mark.parametrize("seed", range(3))
def test_steepest_descent_ends_where_no_neighbour_is_lower(seed):
    bqm = random_ising(12, seed=seed)
    found = annealers.get("anneal:descent").sample(bqm, num_reads=20, seed=seed)
    order = list(found.variables)
    for state, energy in zip(found.record.sample, found.record.energy, strict=True):
        flips = np.where(np.eye(12, dtype=bool), -state, state)
        assert (bqm.energies((flips, order)) >= energy - 1e-9).all()
    assert len({round(energy, 6) for energy in found.record.energy}) > 1
