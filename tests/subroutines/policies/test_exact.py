"""Values of lakes against values by hand and against playing."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from qaimagic.subroutines.policies.chances import chances_of
from qaimagic.subroutines.policies.contest import table_of
from qaimagic.subroutines.policies.exact import Chain, best_known, chain_of
from qaimagic.subroutines.policies.playing import Players
from qaimagic.subroutines.policies.world import world_of

gym = pytest.importorskip("gymnasium")


def lake(*, slippery: bool = False, **options: object) -> object:
    return gym.make("FrozenLake-v1", is_slippery=slippery, **options)


def chain(env: object) -> Chain:
    found = chain_of(world_of(env))
    assert found is not None
    return found


def test_a_lake_without_slipping_can_always_be_crossed() -> None:
    assert chain(lake()).optimum() == pytest.approx(1.0)


def test_the_slippery_lake_without_a_limit_is_crossed_14_times_of_17() -> None:
    """The value that is known of the 4 x 4 lake; with its limit of 100 steps it is lower."""
    endless = chain(lake(slippery=True, max_episode_steps=5000))

    assert endless.optimum() == pytest.approx(float(Fraction(14, 17)), abs=1e-6)
    assert chain(lake(slippery=True)).optimum() == pytest.approx(0.7442, abs=1e-4)


def test_a_strip_of_ice_by_hand() -> None:
    """S F G in a row of a slippery 1 x 3 lake: right slips up and down, and stays, by thirds."""
    strip = chain(lake(slippery=True, desc=["SFG"], max_episode_steps=2))
    right = np.zeros((3, 4))
    right[:, 2] = 1.0

    assert strip.value(right) == pytest.approx(1 / 9)
    assert strip.optimum() == pytest.approx(1 / 9)


def test_discounted_values_solve_bellmans_equation() -> None:
    """Right twice with gamma = 0.5 on the same strip: v_F = (1/3) / (1 - 1/3), v_S = v_F / 4."""
    strip = chain(lake(slippery=True, desc=["SFG"]))
    right = np.zeros((3, 4))
    right[:, 2] = 1.0
    values = strip.values(right, 0.5)

    assert values[1] == pytest.approx((1 / 3) / (1 - 1 / 3))
    assert values[0] == pytest.approx((0.5 / 3) * values[1] / (1 - 1 / 3))


@pytest.mark.parametrize("slippery", [False, True])
def test_playing_agrees_with_the_exact_value(slippery: bool) -> None:
    torch.manual_seed(1)
    world = world_of(lake(slippery=slippery))
    chances = chances_of(nn.Linear(16, 4), world)
    exact = chain(world.env).value(table_of(chances, world, greedy=False))
    torch.manual_seed(2)
    returns = Players(world, 2000, 0).play(chances.drawn()).returns
    error = (exact * (1 - exact) / len(returns)) ** 0.5

    assert abs(returns.mean() - exact) < 4 * error


def test_a_wrapper_that_changes_rewards_makes_the_exact_value_unknown() -> None:
    world = world_of(gym.wrappers.TransformReward(lake(), lambda reward: 2 * reward))

    assert chain_of(world) is None
    assert best_known(world, None) is None


def test_the_most_of_cart_pole_is_its_limit() -> None:
    assert best_known(world_of("CartPole-v1"), None) == 500.0
