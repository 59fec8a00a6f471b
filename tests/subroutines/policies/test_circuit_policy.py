"""Circuits as policies: what they answer, against closed forms and PennyLane."""

import math
import re

import numpy as np
import pennylane as qml
import pytest
import torch
from scipy.stats import chisquare

import qaimagic
from qaimagic.subroutines.policies.chances import chances_of
from qaimagic.subroutines.policies.circuit_policy import CircuitPolicy
from qaimagic.subroutines.policies.encoding import Encoding
from qaimagic.subroutines.policies.world import Observations, world_of

gym = pytest.importorskip("gymnasium")


@pytest.mark.parametrize("reading", ["softmax", "born"])
@pytest.mark.parametrize("sizes", [(1, 2), (4, 2), (3, 3), (2, 5)])
def test_probabilities_sum_to_one(reading: str, sizes: tuple[int, int]) -> None:
    torch.manual_seed(0)
    policy = CircuitPolicy(sizes, reading=reading)
    for weight in policy.parameters():
        torch.nn.init.uniform_(weight, -2, 2)
    chances = policy(3 * torch.randn(7, sizes[0]))

    assert chances.shape == (7, sizes[1])
    assert (chances >= 0).all()
    assert torch.allclose(chances.sum(dim=-1), torch.ones(7), atol=1e-5)


def by_pennylane(policy: CircuitPolicy, features: torch.Tensor) -> np.ndarray:
    """Return the probabilities of all outcomes, written down anew."""
    theta, scale = policy.circuit.theta.detach(), policy.circuit.scale.detach()
    n = policy.n_wires

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit():
        for layer in range(policy.layers + 1):
            for wire in range(n):
                qml.RY(theta[layer, wire, 0], wires=wire)
                qml.RZ(theta[layer, wire, 1], wires=wire)
            if layer < policy.layers:
                for wire in range(n):
                    qml.CZ(wires=[wire, (wire + 1) % n])
                for wire in range(n):
                    qml.RX(scale[layer, wire] * features[wire], wires=wire)
        return qml.probs(wires=range(n))

    return np.asarray(circuit())


@pytest.mark.parametrize("n_actions", [2, 3, 4, 8])
def test_born_sums_the_outcomes_that_stand_for_an_action(n_actions: int) -> None:
    torch.manual_seed(1)
    policy = CircuitPolicy((3, n_actions), layers=2, reading="born")
    torch.nn.init.uniform_(policy.circuit.theta, -2, 2)
    observation = torch.randn(1, 3)
    outcomes = by_pennylane(policy, policy.encoding(observation)[0])
    expected = [outcomes[action::n_actions].sum() for action in range(n_actions)]

    assert np.allclose(policy(observation).detach()[0], expected, atol=1e-5)


def test_softmax_weighs_expectation_values() -> None:
    torch.manual_seed(1)
    policy = CircuitPolicy((3, 2), layers=2)
    torch.nn.init.uniform_(policy.circuit.theta, -2, 2)
    torch.nn.init.normal_(policy.weight)
    observation = torch.randn(1, 3)
    outcomes = by_pennylane(policy, policy.encoding(observation)[0]).reshape(2, 2, 2)
    z = [outcomes.take(0, axis=wire).sum() - outcomes.take(1, axis=wire).sum() for wire in range(3)]
    beta = policy.inverse_temperature.item()
    expected = torch.softmax(beta * (policy.weight.detach() @ torch.tensor(z).float()), dim=0)

    assert torch.allclose(policy(observation)[0], expected, atol=1e-5)


@pytest.mark.parametrize("shots", [None, 1])
def test_actions_have_the_frequencies_of_born(shots: int | None) -> None:
    """One shot for each action is what drawing from exact probabilities simulates."""
    torch.manual_seed(2)
    policy = CircuitPolicy("FrozenLake-v1", layers=1, reading="born")
    torch.nn.init.uniform_(policy.circuit.theta, -2, 2)
    observations = torch.eye(16)[5].expand(2000, 16)
    expected = policy(observations[:1]).detach()[0].double().numpy()
    with qaimagic.devices.override(shots=shots):
        drawn = chances_of(policy, world_of("FrozenLake-v1")).drawn()(observations)
    counts = np.bincount(drawn.numpy(), minlength=4)

    assert chisquare(counts, 2000 * expected / expected.sum()).pvalue > 1e-4


@pytest.mark.parametrize("reading", ["softmax", "born"])
@pytest.mark.parametrize("env", ["CartPole-v1", "FrozenLake-v1"])
def test_a_fresh_policy_takes_all_actions(reading: str, env: str) -> None:
    torch.manual_seed(0)
    policy = CircuitPolicy(env, reading=reading)
    observations = torch.eye(16) if env == "FrozenLake-v1" else torch.randn(16, 4)
    chances = policy(observations)

    assert (chances > 0.5 / policy.n_actions).all()


def test_a_numbered_state_becomes_its_bits() -> None:
    features = Encoding(world_of("FrozenLake-v1").observations)(torch.eye(16))

    assert features[6].tolist() == [-1.0, 1.0, 1.0, -1.0]


def test_bounds_scale_and_what_has_none_never_wraps() -> None:
    edges = np.array([-2.0, -np.inf]), np.array([4.0, np.inf])
    encoding = Encoding(Observations(2, None, 0, *edges))
    features = encoding(torch.tensor([[4.0, 1.0], [-2.0, -1e30], [1.0, 0.0]]))

    assert torch.allclose(features, torch.tensor([[1.0, 0.5], [-1.0, -1.0], [0.0, 0.0]]))


@pytest.mark.parametrize("sizes", [(4, 2), (4, 4), (6, 3)])
@pytest.mark.parametrize("reading", ["softmax", "born"])
def test_the_twin_has_about_as_many_parameters(sizes: tuple[int, int], reading: str) -> None:
    policy = CircuitPolicy(sizes, reading=reading)
    own, twin = (
        sum(weight.numel() for weight in module.parameters()) for module in (policy, policy.twin())
    )

    assert abs(own - twin) <= (sum(sizes) + 1) / 2 + 0.5
    assert torch.allclose(policy.twin()(torch.randn(3, sizes[0])).sum(dim=-1), torch.ones(3))


def test_weights_have_gradients() -> None:
    policy = CircuitPolicy((2, 2), layers=1).double()
    observations = torch.randn(3, 2, dtype=torch.float64)
    weights = tuple(weight.detach().clone().requires_grad_() for weight in policy.parameters())
    names = [name for name, _ in policy.named_parameters()]

    def answers(*values: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(
            policy, dict(zip(names, values, strict=True)), (observations,)
        )

    assert torch.autograd.gradcheck(answers, weights)


def test_resetting_starts_anew() -> None:
    policy = CircuitPolicy((4, 2))
    torch.manual_seed(5)
    policy.reset_parameters()
    first = policy.circuit.theta.clone()
    torch.manual_seed(5)
    policy.reset_parameters()

    assert torch.equal(first, policy.circuit.theta)
    assert torch.allclose(policy.circuit.scale, torch.tensor(math.pi / 2))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"env": (4, 1)}, ValueError, "`n_actions` must be at least 2"),
        ({"env": (0, 2)}, ValueError, "`n_observations` must be at least 1"),
        ({"env": (4, 2, 2)}, ValueError, "it has 3 entries"),
        ({"env": (40, 2)}, ValueError, "observe at most 16 numbers, but it takes 40 wires"),
        ({"env": (4, 2), "layers": 0}, ValueError, "`layers` must be at least 1"),
        ({"env": (4, 2), "reading": "borne"}, ValueError, "Did you mean `born`?"),
        ({"env": "CartPol-v1"}, ValueError, "Did you mean `CartPole-v1`?"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        CircuitPolicy(**arguments)


def test_observations_of_another_shape_are_refused():
    policy = CircuitPolicy((4, 2))
    for asked in (policy, policy.twin()):
        with pytest.raises(
            ValueError, match=r"must have shape \(m, 4\), but its shape is \(2, 3\)"
        ):
            asked(torch.zeros(2, 3))
        with pytest.raises(TypeError, match="must be a tensor, but it is a list"):
            asked([[0.0, 0.0, 0.0, 0.0]])
