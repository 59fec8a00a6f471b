"""One entry of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

GENERIC_METHODS = ("parameter-shift", "finite-diff", "spsa", "hadamard")
"""The gradient methods that run circuits, which any device can do."""


@dataclass(frozen=True)
class DeviceInfo:
    """One entry of the catalogue.

    Attributes:
        name: What ``--device`` takes, such as ``"qaimagic.qubit"``.
        kind: ``"simulator"``, ``"noisy simulator"``, ``"annealer"``, ``"hardware"``, or
            ``"plug-in"`` for one that was not probed, since making it might contact a vendor.
        description: What it is good for, in a few words.
        package: The distribution it comes from, with its version.
        ready: Whether it can run now (for a plug-in: whether its package is installed).
        missing: What is missing if it is not ready.
        diff_methods: The gradient methods that it can be asked for without shots.
        supports_shots: Whether it can sample a finite number of shots.
        n_wires: The number of wires that it has, or None for as many as memory holds.
    """

    name: str
    kind: str
    description: str
    package: str
    ready: bool
    missing: str
    diff_methods: tuple[str, ...] = ()
    supports_shots: bool = False
    n_wires: int | None = None
