"""Probabilities and expected values, from fewer queries than plain sampling needs."""
