"""Amplified circuits on any device."""

from __future__ import annotations

from copy import copy

import numpy as np
import pennylane as qml
import torch

from qaimagic.devices import Profile, override
from qaimagic.devices.hardware.vendors import is_hardware
from qaimagic.devices.plugins import BY_SHOTS_ALONE
from qaimagic.devices.selection import Choice, describe
from qaimagic.layers.declare import quantum
from qaimagic.layers.depth import depth_of
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.takeover import is_ideal
from qaimagic.subroutines.amplitude_estimation.depth import depth_of_power
from qaimagic.subroutines.amplitude_estimation.preparation import Preparation


class Circuits:
    """Circuits with so many amplifications, run on a device.

    One that answers exactly is asked once for each, and shots are drawn from its answer.

    Attributes:
        device: Where they run.
        is_ideal: Whether that is an ideal machine.
        answers_by_shots: Whether it has no exact answers.

    Args:
        preparation: What is estimated.
        choice: The device, and the seed of its shots.
    """

    def __init__(self, preparation: Preparation, choice: Choice) -> None:
        device = choice.device
        is_plain = isinstance(device, Profile) and not device.is_noisy
        base = device.device if isinstance(device, Profile) else device
        self.device = describe(device)
        self.is_ideal = is_ideal(Choice(base if is_plain else device))
        self.answers_by_shots = (
            choice.shots is not None
            or bool(getattr(device, "shots", None))
            or base in BY_SHOTS_ALONE
            or (isinstance(base, str) and is_hardware(base))
        )
        self._preparation, self._device = preparation, device
        self._probs = qml.probs(wires=list(preparation.good_wires))
        self._chances: dict[int, float] = {}
        self.reseed(choice.seed or 0)

    def hits(self, power: int, shots: int) -> int:
        """Return how many of so many shots are good after so many amplifications."""
        good = list(self._preparation.good_wires)
        if self.answers_by_shots:
            self._submitted += 1
            with override(shots=shots), torch.no_grad():
                bits = self._layer(power, qml.sample(wires=good))().reshape(-1, len(good)).numpy()
            return int((bits == np.array(self._preparation.good_bits)).all(axis=1).sum())
        return int(self._rng.binomial(shots, self.chance(power)))

    def chance(self, power: int) -> float:
        """Return the probability of the good outcome, where the device answers exactly."""
        if power not in self._chances:
            with torch.no_grad():
                chances = self._layer(power, self._probs)().reshape(-1)
            found = float(chances[self._preparation.good_index])
            self._chances[power] = min(max(found, 0.0), 1.0)
        return self._chances[power]

    def reseed(self, seed: int) -> None:
        """Begin other shots."""
        self._rng, self._seed, self._submitted = np.random.default_rng(seed), seed, 0

    def depth(self, power: int) -> int:
        """Return the depth of that circuit in gates on two wires, on its device."""
        return depth_of_power(power, lambda k: depth_of(self._layer(k, self._probs)))

    def _layer(self, power: int, measure: object) -> HybridLayer:
        preparation = self._preparation

        def amplified() -> object:
            preparation.prepare()
            for _ in range(power):
                preparation.amplify()
            return copy(measure)

        seed = self._seed + self._submitted
        declare = quantum(device=self._device, seed=seed, wires=list(preparation.wires))
        return declare(amplified)
