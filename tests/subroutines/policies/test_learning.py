"""The estimate of REINFORCE against exact gradients, and what a run tells."""

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from qaimagic.subroutines.policies.chances import Chances, chances_of
from qaimagic.subroutines.policies.exact import chain_of
from qaimagic.subroutines.policies.learning import surrogate
from qaimagic.subroutines.policies.playing import Players, rewards_to_go
from qaimagic.subroutines.policies.world import world_of

pytest.importorskip("gymnasium")

from tests.subroutines.policies.worlds import PAID, Corridor


def linear(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Linear(2, 2, bias=False).double()


class Doubled(nn.Module):
    """A policy in double precision that is told float32."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, observations: Tensor) -> Tensor:
        return self.body(observations.double())


def estimates(policy: nn.Module, gamma: float, rounds: int, batch: int) -> Tensor:
    """Return the gradients of the mean return that so many batches give, shape (rounds, 4)."""
    chances = Chances(policy, normalised=False, states=2)
    players = Players(world_of(Corridor()), batch, 3)
    torch.manual_seed(0)
    found = []
    for _ in range(rounds):
        loss = surrogate(chances, players.play(chances.drawn()), gamma)
        [slope] = torch.autograd.grad(-loss, list(policy.parameters()))
        found.append(slope.reshape(-1))
    return torch.stack(found)


def enumerated(policy: nn.Module, gamma: float) -> Tensor:
    """Return the exact mean of sum_t grad log pi(a_t|s_t) G_t, over all four courses."""
    logits = policy(torch.eye(2))
    logarithms = torch.log_softmax(logits, dim=-1)
    total = torch.zeros((), dtype=torch.float64)
    for first, second in itertools.product(range(2), repeat=2):
        chance = (logarithms[0, first] + logarithms[first, second]).exp().detach()
        paid = (PAID[0][first], PAID[first][second])
        to_go = (paid[0] + gamma * paid[1], paid[1])
        score = logarithms[0, first] * to_go[0] + logarithms[first, second] * to_go[1]
        total = total + chance * score
    [slope] = torch.autograd.grad(total, list(policy.parameters()))
    return slope.reshape(-1)


@pytest.mark.parametrize("gamma", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("batch", [1, 4])
def test_estimates_are_unbiased(gamma: float, batch: int) -> None:
    policy = Doubled(linear(0))
    rounds = 600
    found = estimates(policy, gamma, rounds, batch)
    error = found.std(dim=0) / rounds**0.5

    assert ((found.mean(dim=0) - enumerated(policy, gamma)).abs() < 4 * error + 1e-12).all()


def test_the_gradient_is_that_of_the_exact_return() -> None:
    """By autograd through the two steps of the corridor, for gamma = 1."""
    policy = Doubled(linear(1))
    table = torch.softmax(policy(torch.eye(2)), dim=-1)
    paid = torch.tensor(PAID, dtype=torch.float64)
    last = (table * paid).sum(dim=1)
    exact = (table[0] * (paid[0] + last)).sum()
    [slope] = torch.autograd.grad(exact, list(policy.parameters()))

    assert torch.allclose(slope.reshape(-1), enumerated(policy, 1.0))


def test_the_other_episodes_lower_the_scatter() -> None:
    policy = Doubled(linear(0))
    alone = estimates(policy, 1.0, 300, 1).var(dim=0).sum() / 4
    together = estimates(policy, 1.0, 300, 4).var(dim=0).sum()

    assert together < 0.8 * alone


def test_rewards_to_go() -> None:
    rewards = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])

    assert np.allclose(rewards_to_go(rewards, 1.0), [[6, 5, 3], [1, 1, 0]])
    assert np.allclose(rewards_to_go(rewards, 0.0), rewards)


def test_the_loss_is_minus_the_mean_return() -> None:
    policy = Doubled(linear(0))
    chances = chances_of(policy, world_of(Corridor()))
    episodes = Players(world_of(Corridor()), 5, 0).play(chances.drawn())

    assert surrogate(chances, episodes, 0.9).item() == pytest.approx(-episodes.returns.mean())


def test_one_answer_for_each_state_is_as_good_as_one_for_each_step() -> None:
    policy = Doubled(linear(2))
    tabled, called = Chances(policy, False, 2), Chances(policy, False)
    episodes = Players(world_of(Corridor()), 6, 0).play(tabled.drawn())
    slopes = [
        torch.autograd.grad(surrogate(one, episodes, 0.9), list(policy.parameters()))[0]
        for one in (tabled, called)
    ]

    assert torch.allclose(*slopes)


def test_unknown_chances_have_no_chain() -> None:
    assert chain_of(world_of(Corridor())) is None
