"""Signs, and the gradient that is put in their place."""

import itertools

import torch

from qaimagic.subroutines.binary_network.committee import unit_answers, vote, with_ones
from qaimagic.subroutines.binary_network.straight_through import hard_sign, straight_through_sign


def test_zero_is_positive_and_dtypes_stay():
    for dtype in (torch.float32, torch.float64):
        signs = hard_sign(torch.tensor([-2.0, -0.0, 0.0, 1e-30], dtype=dtype))
        assert signs.dtype == dtype
        assert signs.tolist() == [-1, 1, 1, 1]


def test_the_gradient_is_that_of_a_clipped_identity():
    """Which is what autograd says of clamp, but at the ends of the interval."""
    x = torch.linspace(-2.05, 2.05, 42, requires_grad=True)
    incoming = torch.randn(42, generator=torch.Generator().manual_seed(0))
    straight_through_sign(x).backward(incoming)
    other = x.detach().clone().requires_grad_()
    other.clamp(-1, 1).backward(incoming)
    assert torch.equal(x.grad, other.grad)


def test_the_ends_of_the_interval_can_still_learn():
    x = torch.tensor([-1.0, 1.0], requires_grad=True)
    straight_through_sign(x).sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_a_votes_gradient_by_hand():
    """One unit, one sample: d vote / d w_i = x_i / sqrt(n) where nothing is clipped."""
    X = torch.tensor([[0.3, -0.4]])
    weights = torch.tensor([[0.2, -0.1]], requires_grad=True)
    assert vote(weights, None, X).tolist() == [1.0]
    vote(weights, None, X).sum().backward()
    assert torch.allclose(weights.grad, X / 2**0.5)
    clipped = torch.tensor([[0.2, -1.1]], requires_grad=True)
    vote(clipped, None, X).sum().backward()
    assert torch.allclose(clipped.grad, torch.tensor([[0.3 / 2**0.5, 0.0]]))
    far = torch.tensor([[0.2, -0.1]], requires_grad=True)
    vote(far, None, 10 * X).sum().backward()
    assert far.grad.tolist() == [[0.0, 0.0]]


def test_signs_do_not_depend_on_the_order_of_a_sum():
    """In double precision 0.2 + 0.7 - 0.9 is below 0 or 0, as one adds it up."""
    values = [0.2, 0.7, -0.9]
    orders = list(itertools.permutations(range(3)))
    assert len({(values[i] + values[j]) + values[k] >= 0 for i, j, k in orders}) == 2
    X = torch.tensor([values], dtype=torch.float64)
    found = {unit_answers(torch.ones(1, 3), X[:, list(order)]).item() for order in orders}
    assert len(found) == 1


def test_a_threshold_is_the_weight_of_one():
    X = torch.tensor([[0.5], [-0.5], [-1.5]])
    assert unit_answers(torch.tensor([[1.0, 1.0]]), with_ones(X))[:, 0].tolist() == [1, 1, -1]
