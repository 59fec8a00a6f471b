"""Notices changes of what a function reads from outside: globals, closures, helpers, tensors."""

from qaimagic.bridge.guards.guards import Guards, NotGuardableError

__all__ = ["Guards", "NotGuardableError"]
