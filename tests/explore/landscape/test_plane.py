"""Planes through weights, and the filters of random ones."""

import numpy as np
import pytest
import torch

from qaimagic.explore.landscape.plane import plane_over, random_plane

WEIGHTS = {
    "theta": torch.randn(3, 4, 2, generator=torch.Generator().manual_seed(0)).double(),
    "bias": torch.tensor([3.0, -4.0]).double(),
    "unused": torch.zeros(2).double(),
}


def test_two_weights_take_the_values_of_the_axes():
    plane = plane_over(["theta[1,0,1]", "bias[0]"], WEIGHTS)
    rows = plane.at(np.array([[7.0, 8.0], [-1.0, 3.0]]))
    assert rows["theta"][:, 1, 0, 1].tolist() == [7.0, -1.0]
    assert rows["bias"].tolist() == [[8.0, -4.0], [3.0, -4.0]]
    rows["theta"][:, 1, 0, 1] = WEIGHTS["theta"][1, 0, 1]
    torch.testing.assert_close(rows["theta"], WEIGHTS["theta"].expand(2, -1, -1, -1))


def test_each_filter_of_a_random_direction_is_as_long_as_the_weights():
    plane = random_plane(WEIGHTS, seed=1)
    for direction in plane.directions:
        lengths = direction["theta"].flatten(1).norm(dim=1)
        torch.testing.assert_close(lengths, WEIGHTS["theta"].flatten(1).norm(dim=1))
        assert float(direction["bias"].norm()) == pytest.approx(5.0)
        assert not direction["unused"].any()
    first, second = plane.directions
    assert not torch.allclose(first["theta"], second["theta"])


def test_random_directions_follow_the_seed():
    one, same, other = (random_plane(WEIGHTS, seed).directions[0]["theta"] for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    "plane", [plane_over(["theta[0,0,0]", "bias[1]"], WEIGHTS), random_plane(WEIGHTS, 0)]
)
def test_a_point_of_the_plane_is_its_own_nearest(plane):
    rows = plane.at(np.array([[0.4, -1.3]]))
    found = plane.nearest({name: value[0] for name, value in rows.items()})
    assert found == pytest.approx((0.4, -1.3))
    step = torch.cat([(rows[k][0] - plane.origin[k]).flatten() for k in rows])
    moved = (0.4 - plane.offset[0], -1.3 - plane.offset[1])
    assert plane.length(moved) == pytest.approx(float(step.norm()))


def test_weights_that_are_all_zero_have_no_random_direction():
    with pytest.raises(ValueError, match="all of them are zero"):
        random_plane({"theta": torch.zeros(3)}, 0)
