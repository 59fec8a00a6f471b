"""Samples of the Boltzmann distribution of an energy, and how fast each sampler reaches it."""
