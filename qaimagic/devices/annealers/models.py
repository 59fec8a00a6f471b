"""What every annealer asks of a model before it samples, and the temperatures that suit one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from qaimagic._checks import check_int, check_number, requirement

LARGEST_SEED = 2**31


def check_model(bqm: Any) -> None:
    """Check that a model can be sampled.

    Raises:
        ValueError: If it has no variable, or a bias is not finite.
    """
    if not len(bqm.variables):
        raise ValueError(requirement("bqm", "have at least one variable", "it has none"))
    linear, (_, _, quadratic), offset = bqm.to_numpy_vectors()
    if not (np.isfinite(linear).all() and np.isfinite(quadratic).all() and math.isfinite(offset)):
        raise ValueError(requirement("bqm", "have finite biases", "one is NaN or infinite"))


def check_reads(num_reads: Any) -> int:
    """Return the number of reads.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is below 1.
    """
    return check_int("num_reads", num_reads, minimum=1)


def check_seed(seed: Any) -> int:
    """Return the seed, a random one for None, brought into the samplers' range.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is negative.
    """
    if seed is None:
        return int(np.random.default_rng().integers(LARGEST_SEED))
    return check_int("seed", seed, minimum=0) % LARGEST_SEED


def check_temperature(temperature: float | None) -> float | None:
    """Return the temperature as a float, or None.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is not positive and finite.
    """
    return None if temperature is None else check_number("temperature", temperature, above=0)


def cooling(bqm: Any, temperature: float | None) -> tuple[float, float]:
    """Return the first and the last inverse temperature of an annealing.

    It begins where the most strongly bound spin turns over every other time, and ends at
    ``temperature``; for None where the most weakly bound one stays in place 9999 times in 10000.

    Args:
        bqm: The model; energies are in its own units, and so are temperatures.
        temperature: Where to end, or None for as cold as it takes.
    """
    spins = bqm.spin
    linear, (rows, columns, quadratic), _ = spins.to_numpy_vectors(
        variable_order=list(bqm.variables), sort_indices=True
    )
    fields = np.abs(linear)
    np.add.at(fields, rows, np.abs(quadratic))
    np.add.at(fields, columns, np.abs(quadratic))
    biases = np.abs(np.concatenate([linear, quadratic]))
    biases = biases[biases > 1e-9 * max(biases.max(initial=0.0), 1e-300)]
    strongest = float(fields.max(initial=0.0)) or 1.0
    weakest = float(biases.min(initial=np.inf)) if biases.size else 1.0
    hot = math.log(2) / (2 * strongest)
    cold = 1 / temperature if temperature else math.log(10_000) / (2 * weakest)
    return min(hot, cold), cold
