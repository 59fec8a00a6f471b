"""Seeing a run while it goes and when it has ended."""
