"""Quantum Boltzmann machines: bits with an energy and a transverse field that flips them."""
