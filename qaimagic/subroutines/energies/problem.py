"""What is to be minimised, in one form: a polynomial of numbered spins and bits."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.energies.algebra import Energy, Family, Variable, default_name
from qaimagic.subroutines.energies.question import Question

_ROUNDING = 2.0**-48
_LARGEST = 1e150
_WHOLE = 2**53
_FORMS = "an energy of spins and bits, a dimod model, or a QUBO as a dict or a matrix"


@dataclass(frozen=True, repr=False)
class Problem:
    """A polynomial of n variables.

    Attributes:
        labels: What each variable is called: ``"s[0]"``, or the label in a model or a dict.
        spins: For each variable, whether it is a spin.
        terms: The coefficient of each product, by the variables' numbers; ``()`` is the constant.
        variables: The variables of the user's own, by number; empty for a model or a QUBO.
        question: What was asked before it became an energy, or None.
    """

    labels: tuple[Hashable, ...]
    spins: tuple[bool, ...]
    terms: Mapping[tuple[int, ...], float]
    variables: tuple[Variable, ...] = ()
    question: Question | None = None

    def __repr__(self) -> str:
        n, n_spins, n_terms = len(self.spins), sum(self.spins), len(self.terms)
        kinds = ((n_spins, "spin"), (n - n_spins, "bit"))
        size = " and ".join(f"{k} {kind}{'s' * (k != 1)}" for k, kind in kinds if k)
        terms = f"{n_terms} term{'s' * (n_terms != 1)}, of degree {self.degree}"
        return f"<{self.question.name if self.question else 'problem'} of {size}: {terms}>"

    def __post_init__(self) -> None:
        for term, coefficient in self.terms.items():
            if not math.isfinite(coefficient):
                where = "·".join(str(self.labels[i]) for i in term) or "the constant"
                received = f"that of {where} is {coefficient}"
                raise ValueError(requirement("energy", "have finite coefficients", received))
        if (total := sum(map(abs, self.terms.values()))) > _LARGEST:
            rule = f"have coefficients whose sizes add up to at most {_LARGEST:g}"
            fix = "Squares of larger ones overflow: take another unit."
            raise ValueError(requirement("energy", rule, f"they add up to {total:g}", fix))

    @property
    def degree(self) -> int:
        """How many variables the longest product has."""
        return max(map(len, self.terms), default=0)

    @property
    def rounding(self) -> float:
        """How far apart two sums of the same terms may lie in double precision.

        It is 0 where every sum is exact: all coefficients are multiples of one power of 2, and
        few enough of it for the 53 bits of a double.
        """
        total = sum(map(abs, self.terms.values()))
        finest = max((c.as_integer_ratio()[1] for c in self.terms.values()), default=1)
        return 0.0 if total <= _WHOLE / finest else _ROUNDING * total

    def energies(self, states: NDArray[np.int8]) -> Floats:
        """Return the energies, shape (m,), of states of shape (m, n)."""
        columns = states.T.astype(np.float64)
        total = np.zeros(len(states))
        for term, coefficient in self.terms.items():
            product = np.full(len(states), coefficient)
            for i in term:
                product *= columns[i]
            total += product
        return total


def read(energy: Any) -> Problem:
    """Return the problem that ``energy`` states.

    Args:
        energy: An energy of spins and bits, a problem, a dimod model, or a QUBO as a dict or a
            matrix.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it depends on no variable, or a coefficient is not finite.
    """
    if isinstance(energy, Problem):
        problem = energy
    elif isinstance(energy, Energy):
        problem = _from_energy(energy)
    elif type(energy).__module__.partition(".")[0] == "dimod":
        problem = _from_dimod(energy)
    elif isinstance(energy, Mapping):
        problem = _from_dict(energy)
    elif isinstance(energy, Real | np.bool_):
        raise ValueError(_constant(energy))
    else:
        problem = _from_matrix(energy)
    if not problem.labels:
        constant = problem.terms.get((), 0.0)
        fix = "Does a sum run over nothing, or does everything cancel?"
        received = f"it is {constant:g} for all values"
        raise ValueError(requirement("energy", "depend on a spin or a bit", received, fix))
    return problem


def _from_energy(energy: Energy) -> Problem:
    variables = sorted({variable for term in energy.terms for variable in term})
    names = _names(dict.fromkeys(variable.family for variable in variables))
    place = {variable: i for i, variable in enumerate(variables)}
    return Problem(
        tuple(variable.named(names[variable.family]) for variable in variables),
        tuple(variable.is_spin for variable in variables),
        {tuple(place[v] for v in term): c for term, c in energy.terms.items()},
        tuple(variables),
    )


def _names(families: Iterable[Family]) -> dict[Family, str]:
    """Return a name for each family, no two alike."""
    names: dict[Family, str] = {}
    for family in families:
        wanted = name = default_name(family)
        number = 2
        while name in names.values():
            name, number = f"{wanted}{number}", number + 1
        names[family] = name
    return names


def _from_dimod(model: Any) -> Problem:
    vartype = getattr(getattr(model, "vartype", None), "name", "")
    if vartype not in ("SPIN", "BINARY"):
        received = f"it is a dimod {type(model).__name__}"
        fix = "A `BinaryQuadraticModel` or a `BinaryPolynomial` is taken."
        if type(model).__name__ == "ConstrainedQuadraticModel":
            fix = "`dimod.cqm_to_bqm` writes its constraints as penalties."
        raise TypeError(requirement("energy", f"be {_FORMS}", received, fix))
    if hasattr(model, "quadratic"):
        pairs = [*(((v,), c) for v, c in model.linear.items()), *model.quadratic.items()]
        pairs.append(((), model.offset))
    else:
        pairs = list(model.items())
    # A polynomial has its variables in a set, whose order differs from process to process.
    is_set = isinstance(model.variables, Set)
    labels = sorted(model.variables, key=_in_order) if is_set else list(model.variables)
    return _numbered(pairs, labels, is_spin=vartype == "SPIN")


def _in_order(label: Any) -> tuple[bool, float, str]:
    """Return by what labels are sorted: numbers by size, then all others as they are written."""
    is_number = isinstance(label, Real)
    return not is_number, float(label) if is_number else 0.0, repr(label)


def _from_dict(qubo: Mapping[Any, Any]) -> Problem:
    for key, value in qubo.items():
        if not isinstance(key, tuple) or len(key) != 2:
            fix = "A linear term has its label twice: `{(0, 0): -1, (0, 1): 2}`."
            if isinstance(key, tuple) and len(key) > 2:
                fix = '`dimod.BinaryPolynomial(terms, "BINARY")` takes longer products.'
            raise ValueError(requirement("energy", "have pairs as keys", f"one is {key!r}", fix))
        if not isinstance(value, Real):
            raise TypeError(requirement("energy", "have numbers as values", f"one is {value!r}"))
    labels = list(dict.fromkeys(label for key in qubo for label in key))
    return _numbered(qubo.items(), labels, is_spin=False)


def _from_matrix(energy: Any) -> Problem:
    if energy is None or isinstance(energy, str):
        raise TypeError(requirement("energy", f"be {_FORMS}", f"it is {energy!r}"))
    if hasattr(energy, "nodes") and hasattr(energy, "edges"):
        fix = "`qaimagic.problems.maxcut(graph)` makes a problem of it, for example."
        raise TypeError(requirement("energy", f"be {_FORMS}", "it is a graph", fix))
    try:
        array = np.asarray(energy)
    except ValueError as error:
        received = "its rows differ in length"
        raise ValueError(requirement("energy", "be a square matrix", received)) from error
    if array.dtype == object and any(isinstance(each, Energy) for each in array.flat):
        received = f"it is an array of shape {array.shape}"
        raise ValueError(requirement("energy", "be one energy", received, "Add it up: `.sum()`."))
    if np.iscomplexobj(array):
        raise TypeError(requirement("energy", "have real coefficients", "it is complex"))
    try:
        matrix = np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        received = f"it is {type(energy).__name__}"
        raise TypeError(requirement("energy", f"be {_FORMS}", received, _way(energy))) from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        received = f"its shape is {matrix.shape}"
        raise ValueError(requirement("energy", "be a square matrix", received))
    rows, columns = np.nonzero(matrix)
    labels = [f"x[{i}]" for i in range(len(matrix))]
    pairs = [
        ((labels[i], labels[j]), matrix[i, j])
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    ]
    return _numbered(pairs, labels, is_spin=False)


def _way(energy: object) -> str:
    """Return how to state what people state elsewhere: fields and couplings, or an operator."""
    if isinstance(energy, tuple) and all(isinstance(part, Mapping) for part in energy):
        return (
            "`dimod.BinaryQuadraticModel.from_ising(h, J)` makes a model of fields and couplings."
        )
    if type(energy).__module__.partition(".")[0] == "pennylane":
        return "`qaimagic.vqe` takes operators."
    return ""


def _constant(energy: object) -> str:
    fix = "A sum over nothing, such as the edges of a graph without any, is 0."
    if isinstance(energy, bool | np.bool_):
        fix = "Write a rule as a penalty: `(x[0] + x[1] - 1)**2`."
    return requirement("energy", "depend on a spin or a bit", f"it is {energy}", fix)


def _numbered(pairs: Iterable[tuple[Any, Any]], labels: list[Any], *, is_spin: bool) -> Problem:
    place = {label: i for i, label in enumerate(labels)}
    terms: dict[tuple[int, ...], float] = {}
    for key, coefficient in pairs:
        term = tuple(sorted({place[label] for label in key}))
        terms[term] = terms.get(term, 0.0) + float(coefficient)
    return Problem(tuple(labels), (is_spin,) * len(labels), terms)
