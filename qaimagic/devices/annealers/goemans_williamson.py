"""Goemans and Williamson's algorithm: vectors instead of spins, then a random cut through them."""

from __future__ import annotations

from typing import Any

import dimod
import numpy as np

from qaimagic._checks import check_number
from qaimagic.devices.annealers.local import LocalAnnealer
from qaimagic.devices.annealers.relaxation import relaxed
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.errors import DeviceError

_MOST = 2000
_SWEEPS = 2000


class GoemansWilliamson(LocalAnnealer):
    r"""Semidefinite relaxation and random hyperplanes, with a proven bound on the energy.

    The spins become unit vectors, fields by one more of them, and each read cuts the vectors by a
    random hyperplane: those on one side are +1. For a maximum cut without negative weights the
    mean cut is at least 0.878 of the largest; for other energies nothing of the kind is promised,
    but the bound holds for all.

    The sample set's ``info["bound"]`` is an energy below which no state lies, whether or not the
    relaxation has come to its end.

    Args:
        gap: How near to the bound the relaxed energy must come, relative to it without
            the model's constant.

    Raises:
        DeviceError: If a model has more than 2000 variables.

    Example:
        >>> import dimod
        >>> triangle = dimod.BinaryQuadraticModel({}, {"ab": 1, "bc": 1, "ca": 1}, 0, "SPIN")
        >>> found = GoemansWilliamson().sample(triangle, num_reads=10, seed=0)
        >>> found.first.energy.item(), round(found.info["bound"], 2)
        (-1.0, -1.5)

    References:
        Goemans, Williamson, J. ACM 42 (1995) 1115, doi:10.1145/227683.227684.
    """

    name = "anneal:goemans-williamson"

    def __init__(self, *, gap: float = 1e-4) -> None:
        self.gap = check_number("gap", gap, above=0)

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        order = list(bqm.variables)
        if len(order) > _MOST:
            raise DeviceError(
                f"Device `{self.name}` takes at most {_MOST:,} variables, but there are "
                f"{len(order):,}. `anneal:simulated` takes as many as you like."
            )
        couplings, offset = _couplings(bqm.spin, order)
        rng = np.random.default_rng(seed)
        scale = float(np.abs(couplings).max()) or 1.0
        vectors, bound = relaxed(couplings / scale, rng, gap=self.gap, sweeps=_SWEEPS)
        sides = vectors @ rng.normal(size=(vectors.shape[1], num_reads)) >= 0
        is_up = (sides[1:] == sides[0]).T
        low = -1 if bqm.vartype is dimod.SPIN else 0
        states = np.where(is_up, 1, low).astype(np.int8)
        return dimod.SampleSet.from_samples_bqm(
            (states, order), bqm, info={"bound": float(offset + scale * bound)}
        )


def _couplings(spins: Any, order: list[Any]) -> tuple[Floats, float]:
    """Return a model's couplings, fields as those to a spin number 0, and its constant."""
    fields, (rows, columns, strengths), offset = spins.to_numpy_vectors(variable_order=order)
    A = np.zeros((len(order) + 1, len(order) + 1))
    A[0, 1:] = fields / 2
    np.add.at(A, (rows + 1, columns + 1), strengths / 2)
    return A + A.T - np.diag(A.diagonal()), float(offset)
