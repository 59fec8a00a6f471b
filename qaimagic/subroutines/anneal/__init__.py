"""Energies of spins and bits, brought down by an annealer."""
