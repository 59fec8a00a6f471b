"""Boltzmann machines: bits with an energy, trained by samples of themselves."""
