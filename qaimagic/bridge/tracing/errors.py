"""What stands in the way of tracing a body."""

from __future__ import annotations


class NotTraceableError(Exception):
    """A body cannot be traced once for all calls; the message says why, in half a sentence."""
