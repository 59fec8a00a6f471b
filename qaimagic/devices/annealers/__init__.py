"""Annealers as co-processors: whatever brings an energy of spins or bits down, by name."""

from qaimagic.devices.annealers.catalogue import (
    AnnealerInfo,
    available,
    get,
    info,
    names,
    resolve,
)

__all__ = ["AnnealerInfo", "available", "get", "info", "names", "resolve"]
