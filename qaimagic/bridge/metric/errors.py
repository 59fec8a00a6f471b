"""What stands in the way of a metric."""

from __future__ import annotations


class NoMetricError(Exception):
    """A circuit has no metric that can be had; the message says why, in half a sentence."""
