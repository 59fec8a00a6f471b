"""The only place that takes PennyLane apart: bodies to tapes, tapes to answers and diagrams."""
