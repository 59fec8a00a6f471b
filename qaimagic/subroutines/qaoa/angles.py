r"""Angles to start from: a ramp, angles of one's own, or those of a shallower circuit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats

if TYPE_CHECKING:
    from qaimagic.subroutines.qaoa.result import QAOAResult

Angles: TypeAlias = tuple[Floats, Floats]
"""The gammas and the betas, shape (p,) each."""
_STEEPNESS = 0.75


def ramp(p: int) -> Angles:
    r"""Return angles that turn the mixer off and the energy on, as annealing does.

    They are in units of the energy's scale. :math:`\beta < 0`, since the circuit starts in the
    highest state of the mixer and is to end in the lowest of the energy.

    Example:
        >>> [angles.tolist() for angles in ramp(1)]
        [[0.375], [-0.375]]
    """
    on = (np.arange(p) + 0.5) / p
    return _STEEPNESS * on, -_STEEPNESS * (1 - on)


def stretched(angles: Floats, p: int) -> Floats:
    r"""Return angles for p layers by linear interpolation between those of fewer.

    From q to q + 1 layers, with angles 0 beyond the ends,
    :math:`a'_i = \tfrac{i - 1}{q} a_{i-1} + \tfrac{q - i + 1}{q} a_i`.

    Example:
        >>> stretched(np.array([1.0, 3.0]), 3).tolist()
        [1.0, 2.0, 3.0]
    """
    while len(angles) < p:
        q = len(angles)
        padded = np.concatenate([[0.0], angles, [0.0]])
        share = np.arange(q + 1) / q
        angles = share * padded[:-1] + (1 - share) * padded[1:]
    return angles


def start_of(initial: Sequence[Any] | QAOAResult | None, p: int, scale: float) -> Angles:
    """Return the angles to start from, in units of the energy's scale.

    Args:
        initial: A pair of p gammas and p betas, the result for a shallower circuit, or None.
        p: How many layers.
        scale: The energy that gammas are measured by.

    Raises:
        ValueError: If there are not p of each, or one is not finite.
        TypeError: If it is none of these.
    """
    if initial is None:
        return ramp(p)
    if hasattr(initial, "gammas") and hasattr(initial, "betas"):
        if len(initial.gammas) > p:
            received = f"it has {len(initial.gammas)}"
            raise ValueError(requirement("initial", f"have at most {p} layers", received))
        return stretched(initial.gammas * scale, p), stretched(initial.betas, p)
    try:
        gammas, betas = (np.asarray(part, dtype=np.float64) for part in initial)
    except (TypeError, ValueError) as error:
        rule = "be a pair of gammas and betas, or a result of `qaoa`"
        raise TypeError(requirement("initial", rule, f"it is {initial!r}")) from error
    for word, part in (("gammas", gammas), ("betas", betas)):
        if part.shape != (p,):
            fix = "A result of fewer layers is interpolated: `initial=result`."
            received = f"the {word} have shape {part.shape}"
            raise ValueError(requirement("initial", f"have {p} gammas and betas", received, fix))
        if not np.isfinite(part).all():
            raise ValueError(requirement("initial", "be finite", f"the {word} are {part}"))
    return gammas * scale, betas
