"""Phases and energies, read off a register that a unitary has turned."""
