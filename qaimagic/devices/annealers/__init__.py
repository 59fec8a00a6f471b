"""Annealers as co-processors: whatever brings an energy of spins or bits down, by name."""

from qaimagic.devices.annealers.catalogue import (
    available,
    get,
    info,
    is_annealer,
    names,
    resolve,
)

__all__ = ["available", "get", "info", "is_annealer", "names", "resolve"]
