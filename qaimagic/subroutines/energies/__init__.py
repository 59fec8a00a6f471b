"""Energies of spins and bits: as one writes them, as a problem, and as a quadratic model."""
