"""Combinatorial problems as energies, each with the question that it answers."""
