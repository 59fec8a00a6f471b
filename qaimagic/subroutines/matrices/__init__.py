"""Matrices and vectors on wires: how they are read, made to fit, and what post-selection leaves."""
