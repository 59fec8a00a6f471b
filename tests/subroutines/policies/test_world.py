"""What is read off an environment, and what is refused."""

import numpy as np
import pytest

from qaimagic.subroutines.policies.world import world_of

gym = pytest.importorskip("gymnasium")


def test_cart_pole_has_bounds_where_they_mean_something() -> None:
    world = world_of("CartPole-v1")

    assert (world.name, world.n_actions, world.limit) == ("CartPole-v1", 2, 500)
    assert np.isfinite(world.observations.high).tolist() == [True, False, True, False]


def test_a_numbered_state_is_one_hot() -> None:
    world = world_of(gym.make("FrozenLake-v1"))

    assert world.observations.read(5).tolist() == [float(state == 5) for state in range(16)]


def test_states_and_actions_may_start_anywhere() -> None:
    class Shifted(gym.Env):
        observation_space = gym.spaces.Discrete(3, start=7)
        action_space = gym.spaces.Discrete(2, start=-1)

    world = world_of(Shifted())

    assert world.observations.read(9).tolist() == [0.0, 0.0, 1.0]
    assert (world.first_action, world.limit) == (-1, 1000)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("CartPol-v1", "Did you mean `CartPole-v1`?"),
        ("FrozenLake-v9", "Did you mean `FrozenLake-v1`?"),
        ("zzz", '"CartPole-v1" and "FrozenLake-v1" are'),
        ("", '"CartPole-v1" and "FrozenLake-v1" are'),
    ],
)
def test_an_unknown_id_gets_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match="must be an id that gymnasium knows") as caught:
        world_of(name)
    assert hint in str(caught.value)


def test_continuous_actions_are_refused() -> None:
    with pytest.raises(ValueError, match="must have discrete actions, but they are Box"):
        world_of("Pendulum-v1")


def test_observations_in_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="FlattenObservation"):
        world_of("Blackjack-v1")


@pytest.mark.parametrize("env", [3, None, "vector"])
def test_what_is_no_environment_is_refused(env: object) -> None:
    if env == "vector":
        env = gym.make_vec("CartPole-v1", num_envs=2)
    with pytest.raises(TypeError, match="Argument `env` must be"):
        world_of(env)


def test_copies_are_apart() -> None:
    first, second = world_of("CartPole-v1").copies(2)
    first.reset(seed=0)
    second.reset(seed=1)
    before = second.unwrapped.state.copy()
    first.step(1)

    assert np.array_equal(second.unwrapped.state, before)


def test_copies_share_the_table_of_chances() -> None:
    first, second = world_of(gym.make("FrozenLake-v1")).copies(2)

    assert first.unwrapped.P is second.unwrapped.P
    assert first.unwrapped is not second.unwrapped


def test_an_environment_that_cannot_be_copied_is_told() -> None:
    env = gym.make("CartPole-v1")
    env.unwrapped.window = (step for step in range(3))

    with pytest.raises(TypeError, match=r"can be copied.*render_mode"):
        world_of(env).copies(2)
