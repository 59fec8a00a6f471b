"""The inverse of a tensor product of confusion matrices, against the product written out."""

from functools import reduce

import numpy as np
import pytest
import torch

from qaimagic.devices.mitigation.confusion import Confusion, unmixed
from qaimagic.errors import DeviceError

CONFUSIONS = [Confusion(0.02, 0.07), Confusion(0.1, 0.01), Confusion(0.0, 0.2)]


def _matrix(confusion):
    p, q = confusion
    return np.array([[1 - p, q], [p, 1 - q]])


@pytest.mark.parametrize("n_wires", [1, 2, 3])
@pytest.mark.parametrize("rows", [(), (5,)])
def test_it_undoes_the_product_of_the_matrices(n_wires, rows):
    theirs = CONFUSIONS[:n_wires]
    true = np.random.default_rng(1).dirichlet(np.ones(2**n_wires), size=rows)
    mixed = true @ reduce(np.kron, map(_matrix, theirs)).T
    np.testing.assert_allclose(unmixed(mixed, theirs), true, atol=1e-12)


def test_it_is_differentiable_and_keeps_the_sum():
    mixed = torch.rand(2, 8, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda chances: unmixed(chances, CONFUSIONS), mixed)
    torch.testing.assert_close(unmixed(mixed, CONFUSIONS).sum(-1), mixed.sum(-1))


def test_what_cannot_be_inverted():
    with pytest.raises(DeviceError, match=r"as 1 with probability 0.5 where it is 0, and as 0 wi"):
        unmixed(np.array([0.5, 0.5]), [Confusion(0.5, 0.5)])
