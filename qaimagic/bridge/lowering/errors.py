"""What stands in the way of lowering a tape."""

from __future__ import annotations


class NotNativeError(Exception):
    """The engine does not run this tape; the message says why, in half a sentence."""
