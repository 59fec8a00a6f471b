"""Notices changes of what a function reads from outside: globals, closures, helpers, tensors."""

from qaimagic.bridge.guards.errors import NotGuardableError
from qaimagic.bridge.guards.guards import Guards

__all__ = ["Guards", "NotGuardableError"]
