"""Energies that the tests sample, and their Boltzmann distributions by plain enumeration."""

import itertools
import math

import numpy as np

from qaimagic import bits, spins


def glass(n, seed=3):
    """Return spins and a glass of them: couplings of +1 and -1 between all pairs."""
    s, rng = spins(n), np.random.default_rng(seed)
    return s, sum(int(rng.choice([-1, 1])) * s[i] * s[j] for i in range(n) for j in range(i))


def mixed():
    """Return a spin, two bits, and an energy that couples both."""
    s, x = spins(1), bits(2)
    return s, x, s[0] * x[0] - 0.7 * x[0] * x[1] + 0.4 * s[0] - 0.3 * x[1]


def by_hand(n, temperature, energy, values=(1, -1)):
    """Return all states in order, their probabilities, and the partition function."""
    states = list(itertools.product(values, repeat=n))
    weights = [math.exp(-energy(state) / temperature) for state in states]
    total = math.fsum(weights)
    return states, [weight / total for weight in weights], total
