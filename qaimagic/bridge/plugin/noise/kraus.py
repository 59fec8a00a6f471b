"""Kraus matrices of PennyLane's channels, differentiable in all their parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pennylane as qml
import torch
from pennylane.exceptions import DeviceError
from pennylane.operation import Channel
from torch import Tensor

from qaimagic.bridge.mapping import tensor_of

_TINY = 2.0**-52


def kraus_matrices(channel: Channel) -> Tensor:
    """Return a channel's Kraus matrices, (K, d, d), complex.

    Raises:
        DeviceError: If a parameter is not one number.
    """
    if not isinstance(channel, qml.QubitChannel) and any(map(qml.math.ndim, channel.data)):
        raise DeviceError(
            f"`{channel.name}` must have one number for each parameter, but one is an array. "
            "For strengths by sample write the circuit for one sample, with `@qaimagic.quantum`."
        )
    rule = _RULES.get(type(channel))
    if rule is None:
        matrices = channel.kraus_matrices()
        return torch.stack([tensor_of(matrix).to(torch.complex128) for matrix in matrices])
    channel.compute_kraus_matrices(
        *(tensor_of(value).detach().cpu().numpy() for value in channel.data)
    )
    return rule(*map(tensor_of, channel.data))


def pauli_words(channel: Channel) -> tuple[str, ...] | None:
    """Return the Pauli word of each of a channel's Kraus matrices, or None for other noise."""
    if isinstance(channel, qml.PauliError):
        word = channel.hyperparameters["operators"]
        return "I" * len(word), word
    return _WORDS.get(type(channel))


def _damping(strength: Tensor, excited: Tensor) -> Tensor:
    """Lose or gain the excitation; PennyLane's has no derivative where the strength is zero."""
    lose, gain = _root(1 - excited), _root(excited)
    keep, go = _root(1 - strength), _root(strength)
    one, zero = torch.ones_like(keep), torch.zeros_like(keep)
    return torch.stack(
        [
            _matrix(lose * one, zero, zero, lose * keep),
            _matrix(zero, lose * go, zero, zero),
            _matrix(gain * keep, zero, zero, gain * one),
            _matrix(zero, zero, gain * go, zero),
        ]
    )


def _thermal(excited: Tensor, t1: Tensor, t2: Tensor, duration: Tensor) -> Tensor:
    """Damp, then flip phases until the coherence is exp(-duration / t2)."""
    damping = _damping(1 - torch.exp(-duration / t1), excited)
    coherence = torch.exp(duration / (2 * t1) - duration / t2)
    stay, flip = _root((1 + coherence) / 2), _root((1 - coherence).clamp_min(0) / 2)
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64, device=flip.device)
    return torch.cat([stay * damping, flip * signs[:, None] * damping])


def _dephasing(strength: Tensor) -> Tensor:
    """Flip phases, which is what damping phases does."""
    flip = (1 - _root(1 - strength)) / 2
    stays, flips = _root(1 - flip), _root(flip.clamp_min(0))
    zero = torch.zeros_like(flip)
    return torch.stack([_matrix(stays, zero, zero, stays), _matrix(flips, zero, zero, -flips)])


def _root(value: Tensor) -> Tensor:
    return torch.sqrt(value.double() + _TINY)


def _matrix(*entries: Tensor) -> Tensor:
    return torch.stack(entries).reshape(2, 2).to(torch.complex128)


_RULES: dict[type[Any], Callable[..., Tensor]] = {
    qml.GeneralizedAmplitudeDamping: _damping,
    qml.PhaseDamping: _dephasing,
    qml.ThermalRelaxationError: _thermal,
}

_WORDS: dict[type[Any], tuple[str, ...]] = {
    qml.BitFlip: ("I", "X"),
    qml.PhaseFlip: ("I", "Z"),
    qml.PhaseDamping: ("I", "Z"),
    qml.DepolarizingChannel: ("I", "X", "Y", "Z"),
}
