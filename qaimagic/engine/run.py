"""Runs circuits."""

from qaimagic.engine.eager import expvals, state

__all__ = ["expvals", "state"]
