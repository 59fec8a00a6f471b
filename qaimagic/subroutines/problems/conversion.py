"""``to_dimod``: problems as models of dimod's, for samplers and tools made elsewhere."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from qaimagic._checks import need
from qaimagic.subroutines.energies.problem import read
from qaimagic.subroutines.energies.quadratic import in_bits, to_quadratic


def to_dimod(problem: Any, *, quadratic: bool = False) -> Any:
    """Return a problem as a model of dimod's, with the same labels, energies and constant.

    Where spins and bits are mixed, each spin s stands as a bit: s = 1 - 2x.

    Args:
        problem: A problem, an energy of `spins` and `bits`, or whatever else `qaimagic.anneal`
            takes.
        quadratic: Whether products of three variables and more become quadratic by auxiliary bits
            ``p[0]``, ``p[1]``, ..., spins as bits. For every state of the other variables the
            least energy over these is the energy itself.

    Returns:
        A ``dimod.BinaryQuadraticModel``, or a ``dimod.BinaryPolynomial`` if there are products of
        three variables and more.

    Raises:
        TypeError: If it is no problem.
        ValueError: If it depends on nothing or is not finite, or has products of spins too long to
            be written in bits.
        MissingExtraError: If dimod is not installed.

    Example:
        >>> import qaimagic
        >>> model = qaimagic.problems.to_dimod(qaimagic.problems.maxcut([("a", "b")]))
        >>> model.energies({"a": 1, "b": -1}).item()
        -1.0
    """
    stated = read(problem)
    dimod = need("dimod", "A model of dimod's", "anneal")
    if stated.degree <= 2 or quadratic:
        reduced = to_quadratic(stated)
        labels = [*stated.labels, *_auxiliary(stated.labels, len(reduced.products))]
        model = reduced.bqm()
        model.relabel_variables(dict(enumerate(labels)))
        return model
    mixed = len(set(stated.spins)) > 1
    terms = in_bits(stated.terms, stated) if mixed else stated.terms
    vartype = "SPIN" if stated.spins[0] and not mixed else "BINARY"
    named = {tuple(stated.labels[i] for i in term): c for term, c in terms.items()}
    named |= {(label,): named.get((label,), 0.0) for label in stated.labels}
    return dimod.BinaryPolynomial(named, vartype)


def _auxiliary(labels: tuple[Hashable, ...], count: int) -> list[Hashable]:
    """Return labels for further bits that no variable has."""
    name = "p"
    while any(f"{name}[{i}]" in labels for i in range(count)):
        name += "p"
    return [f"{name}[{i}]" for i in range(count)]
