"""Where hits come from, by the device that was asked for."""

from __future__ import annotations

from typing import Any, Protocol

from qaimagic.devices import Profile, override
from qaimagic.devices.selection import Choice, describe, resolve
from qaimagic.errors import DeviceError
from qaimagic.layers.takeover import suits
from qaimagic.subroutines.amplitude_estimation.circuits import Circuits
from qaimagic.subroutines.amplitude_estimation.preparation import Preparation
from qaimagic.subroutines.amplitude_estimation.states import MOST_REPEATED, States


class Source(Protocol):
    """Gives hits of amplified circuits.

    Attributes:
        device: Where they run.
        is_ideal: Whether that is an ideal machine.
        answers_by_shots: Whether it has no exact answers.
    """

    device: str
    is_ideal: bool
    answers_by_shots: bool

    def chance(self, power: int) -> float:
        """Return the probability of the good outcome, where the device answers exactly."""

    def hits(self, power: int, shots: int) -> int:
        """Return how many of so many shots are good after so many amplifications."""

    def reseed(self, seed: int) -> None:
        """Begin other shots."""

    def depth(self, power: int) -> int:
        """Return the depth of that circuit in gates on two wires."""


def source_of(preparation: Preparation, device: Any, seed: int) -> Source:
    """Return where a preparation's hits come from.

    Args:
        preparation: What is estimated.
        device: A device, or None for the default.
        seed: Decides the shots.

    Raises:
        DeviceError: If there is no such device, it is too small, or it mitigates its errors.
    """
    with override(device):
        choice = resolve(Choice())
    chosen, wires = choice.device, list(preparation.wires)
    if isinstance(chosen, Profile) and chosen.mitigate is not None:
        raise DeviceError(
            f"`{chosen.name}` mends averages, and no single shot, but here shots are counted. "
            "Leave `mitigate` out."
        )
    has = getattr(chosen, "wires", None)
    if has is not None and len(has) < len(wires):
        raise DeviceError(
            f"Device `{describe(chosen)}` has {len(has)} wires, but the circuit has {len(wires)}."
        )
    if len(wires) <= MOST_REPEATED and suits(Choice(chosen), lambda: wires):
        return States(preparation, seed)
    return Circuits(preparation, Choice(chosen, choice.shots, seed))
