"""Distributions over strings of bits: how far apart two are, and patterns to learn."""
