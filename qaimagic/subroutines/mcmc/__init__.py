"""Markov chains over states of spins and bits, by classical and by quantum proposals."""
