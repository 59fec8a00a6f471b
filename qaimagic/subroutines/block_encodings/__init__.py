"""Matrices as a corner of a unitary."""
