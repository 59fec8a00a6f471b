"""Noise that is taken out of noise, step by step, until data are left."""
