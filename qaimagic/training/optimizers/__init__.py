"""Optimizers for circuits: by the natural gradient, and by evaluations alone."""
