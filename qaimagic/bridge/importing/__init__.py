"""Circuits that were written elsewhere, taken apart into plain data and queued as PennyLane's."""
