"""``CircuitPolicy``: which action to take, read off a circuit that is told what is observed."""

from __future__ import annotations

import math
from typing import Any, Literal

import pennylane as qml
import torch
from torch import Tensor, nn

from qaimagic._checks import check_choice, check_int, requirement
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.policies.encoding import Encoding
from qaimagic.subroutines.policies.world import Observations, world_of
from qaimagic.training.twin.baseline import hidden_width

Reading = Literal["softmax", "born"]

_READINGS = ("softmax", "born")
_MOST_WIRES = 16
_SMALL = 0.1


class CircuitPolicy(nn.Module):
    r"""A policy :math:`\pi(a | s)` that is a circuit: told what is observed, it gives chances.

    There is a wire for each feature of an observation, and the features are told again in every
    layer ("data re-uploading"): turns about Y and Z by trainable angles, CZ around the ring of
    wires, then a turn about X by each feature times a trainable factor. There are two readings.

    - ``"born"``: the action *is* the outcome of a measurement. The bits that are measured, as a
      number b, stand for action b modulo the number of actions, so one shot takes one action:
      :math:`\pi(a|s) = \langle \psi_s | P_a | \psi_s \rangle`.
    - ``"softmax"``: :math:`\pi(a|s) \propto e^{\beta \langle O_a \rangle_s}` with
      :math:`O_a = \sum_w W_{aw} Z_w`, weights W and inverse temperature :math:`\beta` trainable.
      It needs expectation values, many shots for each action.

    A fresh policy takes all actions with about the same chance, whatever it observes.

    Args:
        env: What it will act in: an id or an environment of gymnasium, or how many numbers are
            observed and how many actions there are, ``(4, 2)``.
        layers: How many times the observation is told.
        reading: How an action is read off.

    Attributes:
        n_observations: The width of an observation; of a numbered state the number of states.
        n_actions: The number of actions.
        circuit: The circuit, a `HybridLayer`.

    Shape:
        - observations: (m, n_observations), a numbered state one-hot
        - answer: probabilities, (m, n_actions)

    Raises:
        MissingExtraError: If gymnasium is needed and not installed.
        TypeError: If an argument is of the wrong type.
        ValueError: If there is no such environment or reading, or it takes too many wires.

    Example:
        >>> import torch, qaimagic
        >>> _ = torch.manual_seed(0)
        >>> policy = qaimagic.CircuitPolicy((4, 2), layers=3, reading="born")
        >>> policy(torch.zeros(5, 4)).shape
        torch.Size([5, 2])
        >>> policy.twin()
        TwinPolicy(4 observations, 2 actions, 44 parameters)

    References:
        Jerbi et al., NeurIPS 34 (2021), arXiv:2103.05577 (both readings);
        Skolik, Jerbi, Dunjko, Quantum 6 (2022) 720, arXiv:2103.15084 (re-uploading, scaled inputs);
        Perez-Salinas et al., Quantum 4 (2020) 226, arXiv:1907.02085 (data re-uploading).
    """

    def __init__(self, env: Any, *, layers: int = 4, reading: Reading = "softmax") -> None:
        super().__init__()
        self.layers = check_int("layers", layers, minimum=1)
        self.reading = check_choice("reading", reading, _READINGS)
        self._observations, self.n_actions = _sizes(env)
        self.n_observations = self._observations.width
        self.encoding = Encoding(self._observations)
        self.n_wires = max(self.encoding.n_features, (self.n_actions - 1).bit_length(), 2)
        if self.n_wires > _MOST_WIRES:
            fix = "Wrap the environment so that it observes fewer."
            received = f"it takes {self.n_wires} wires"
            rule = f"observe at most {_MOST_WIRES} numbers"
            raise ValueError(requirement("env", rule, received, fix))
        self.circuit = self._declared()
        if self.reading == "softmax":
            self.weight = nn.Parameter(torch.empty(self.n_actions, self.n_wires))
            self.inverse_temperature = nn.Parameter(torch.empty(()))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start anew, where all actions have about the same chance."""
        self.circuit.reset_parameters()
        with torch.no_grad():
            if self.reading == "softmax":
                wires, actions = torch.arange(self.n_wires), torch.arange(self.n_actions)
                self.weight.copy_(wires % self.n_actions == actions[:, None])
                self.inverse_temperature.fill_(1.0)

    def forward(self, observations: Tensor) -> Tensor:
        """Return the probability of each action for each observation."""
        features = self.encoding(observations)
        spare = self.n_wires - features.shape[-1]
        answers: Tensor = self.circuit(nn.functional.pad(features, (0, spare)))
        if self.reading == "softmax":
            return torch.softmax(self.inverse_temperature * (answers @ self.weight.T), dim=-1)
        missing = -answers.shape[-1] % self.n_actions
        outcomes = nn.functional.pad(answers, (0, missing))
        return outcomes.reshape(len(outcomes), -1, self.n_actions).sum(dim=1)

    def twin(self) -> TwinPolicy:
        """Return a classical policy with the same features and about as many parameters."""
        count = sum(weight.numel() for weight in self.parameters())
        return TwinPolicy(self._observations, self.n_actions, count)

    def extra_repr(self) -> str:
        """Return the sizes, for torch's printing."""
        return f"{self.n_observations} observations, {self.n_actions} actions, {self.reading}"

    def _declared(self) -> HybridLayer:
        n, layers = self.n_wires, self.layers
        measured = self._measured()

        def policy(features, theta=_near_plus, scale=math.pi / 2):  # type: ignore[no-untyped-def]
            for layer in range(layers + 1):
                for wire in range(n):
                    qml.RY(theta[layer, wire, 0], wires=wire)
                    qml.RZ(theta[layer, wire, 1], wires=wire)
                if layer < layers:
                    for wire in range(n if n > 2 else 1):
                        qml.CZ(wires=[wire, (wire + 1) % n])
                    for wire in range(n):
                        qml.RX(scale[layer, wire] * features[wire], wires=wire)
            if measured is not None:
                return qml.probs(wires=measured)
            return [qml.expval(qml.Z(wire)) for wire in range(n)]

        shapes = {"theta": (layers + 1, n, 2), "scale": (layers, n)}
        return quantum(wires=n, weight_shapes=shapes)(policy)

    def _measured(self) -> list[int] | None:
        """Return the wires whose bits are the action, or None where expectation values are."""
        if self.reading == "softmax":
            return None
        bits = (self.n_actions - 1).bit_length()
        is_power = self.n_actions == 2**bits
        return list(range(self.n_wires - max(bits, 1) if is_power else 0, self.n_wires))


class TwinPolicy(nn.Module):
    """A classical policy: the same features, one hidden layer of tanh, softmax.

    Args:
        observations: What is observed.
        n_actions: The number of actions.
        n_parameters: About how many parameters it is to have.

    Shape:
        - observations: (m, n_observations), a numbered state one-hot
        - answer: probabilities, (m, n_actions)
    """

    def __init__(self, observations: Observations, n_actions: int, n_parameters: int) -> None:
        super().__init__()
        self.n_observations, self.n_actions = observations.width, n_actions
        self.encoding = Encoding(observations)
        n = self.encoding.n_features
        hidden = hidden_width(n, n_actions, n_parameters)
        self.body = nn.Sequential(nn.Linear(n, hidden), nn.Tanh(), nn.Linear(hidden, n_actions))

    def forward(self, observations: Tensor) -> Tensor:
        """Return the probability of each action for each observation."""
        return torch.softmax(self.body(self.encoding(observations)), dim=-1)

    def __repr__(self) -> str:
        count = sum(weight.numel() for weight in self.parameters())
        return (
            f"TwinPolicy({self.n_observations} observations, {self.n_actions} actions, "
            f"{count} parameters)"
        )


def _near_plus(theta: Tensor) -> None:
    """Fill angles so that all outcomes have about the same chance, whatever is observed."""
    with torch.no_grad():
        theta.normal_(0.0, _SMALL)
        theta[0, :, 0] += math.pi / 2


def _sizes(env: Any) -> tuple[Observations, int]:
    if not isinstance(env, tuple | list):
        world = world_of(env)
        return world.observations, world.n_actions
    if len(env) != 2:
        rule = "be an environment, or two numbers: of observations and of actions"
        raise ValueError(requirement("env", rule, f"it has {len(env)} entries"))
    width = check_int("n_observations", env[0], minimum=1)
    return Observations.plain(width), check_int("n_actions", env[1], minimum=2)
