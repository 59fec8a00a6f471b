"""The ways to mitigate errors by their names, and what each costs in circuits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mitigation:
    """What a way to mitigate errors does, and how many circuits it takes.

    Attributes:
        inverts_readout: Whether readout errors are measured and inverted.
        extrapolates: Whether circuits also run folded, to extrapolate to no noise.
    """

    inverts_readout: bool = False
    extrapolates: bool = False

    @property
    def factor(self) -> int:
        """How many circuits run for each one that is asked for."""
        return 2 if self.extrapolates else 1

    @property
    def calibrating(self) -> int:
        """How many circuits calibrate wires that are read for the first time.

        With shots they run again at each call of a layer, whose shots are new each time, and on
        a cluster for each part of a submission.
        """
        return 2 if self.inverts_readout else 0


METHODS = {
    "readout": Mitigation(inverts_readout=True),
    "zne": Mitigation(extrapolates=True),
    "readout+zne": Mitigation(inverts_readout=True, extrapolates=True),
}
