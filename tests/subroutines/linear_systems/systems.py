"""Systems of known condition numbers."""

import numpy as np

KINDS = ("hermitian", "real", "complex")


def silent(event):
    del event


def system(size, kind, condition, seed=0):
    """A matrix of singular values from 1 down to 1 / condition, and a right side."""
    rng = np.random.default_rng([seed, size, KINDS.index(kind)])

    def unitary():
        noise = rng.normal(size=(size, size))
        if kind != "real":
            noise = noise + 1j * rng.normal(size=(size, size))
        return np.linalg.qr(noise)[0]

    left, values = unitary(), np.geomspace(1, 1 / condition, size)
    if kind == "hermitian":
        right, values = left.conj().T, values * np.where(np.arange(size) % 2, -1, 1)
    else:
        right = unitary()
    vector = 3 * rng.normal(size=size)
    if kind != "real":
        vector = vector + 1j * rng.normal(size=size)
    return (left * values) @ right, vector
