r"""Energies as one writes them: polynomials of spins and bits, with s² = 1 and x² = x applied."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import count
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, NoReturn, TypeAlias

from qaimagic._checks import requirement

_serial = count()


class Family:
    """The variables that one call of ``spins`` or ``bits`` made.

    Attributes:
        is_spin: Whether they are +1 or -1, and not 0 or 1.
        labels: What each is called, in order.
        name: The name they stand under, such as ``"s"``, or None if nobody gave one.
        serial: A number that grows with each family.
    """

    def __init__(self, labels: list[Hashable], name: str | None, *, is_spin: bool) -> None:
        self.labels = labels
        self.name = name
        self.is_spin = is_spin
        self.serial = next(_serial)

    def __repr__(self) -> str:
        return f"<{len(self.labels)} {'spins' if self.is_spin else 'bits'}>"


@dataclass(frozen=True, order=True)
class Variable:
    """One spin or bit; variables are ordered as they were made."""

    serial: int
    index: int
    family: Family = field(compare=False)

    @property
    def is_spin(self) -> bool:
        """Whether it is +1 or -1, and not 0 or 1."""
        return self.family.is_spin

    def named(self, family: str) -> str:
        """Return how one writes it where its family is called ``family``.

        Example:
            >>> Variable(0, 1, Family([(0, 0), (0, 1)], None, is_spin=False)).named("x")
            'x[0, 1]'
        """
        label = self.family.labels[self.index]
        inner = ", ".join(map(repr, label)) if isinstance(label, tuple) else repr(label)
        return f"{family}[{inner}]"


Monomial: TypeAlias = tuple[Variable, ...]


class Energy:
    """A polynomial of spins and bits; sums, products, powers and multiples are energies too.

    Args:
        terms: The coefficient of each product of distinct variables, the variables in order.

    Example:
        >>> from qaimagic import spins
        >>> s = spins(["a", "b"])
        >>> (s["a"] + s["b"]) ** 2
        2 + 2 s['a'] s['b']
    """

    __slots__ = ("_parts", "_terms")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, terms: Mapping[Monomial, float]) -> None:
        self._terms: dict[Monomial, float] | None = dict(terms)
        self._parts: tuple[Energy, ...] = ()

    @property
    def terms(self) -> Mapping[Monomial, float]:
        """The coefficient of each product of variables; those that are zero are left out."""
        if self._terms is None:
            self._terms, self._parts = _added_up(self), ()
        return MappingProxyType(self._terms)

    @property
    def degree(self) -> int:
        """How many variables its longest product has."""
        return max(map(len, self.terms), default=0)

    def evaluate(self, values: Callable[[Variable], float]) -> float:
        """Return the energy where ``values`` gives each variable's value."""
        total = 0.0
        for monomial, coefficient in self.terms.items():
            for variable in monomial:
                coefficient *= values(variable)
            total += coefficient
        return total

    def __repr__(self) -> str:
        """Return it as one writes it on paper; a long one by its size."""
        terms = self.terms
        if not terms:
            return "0"
        if len(terms) > 12:
            return f"<energy of {len(terms)} terms, of degree {self.degree}>"
        words = [_word(monomial, c) for monomial, c in sorted(terms.items(), key=_by_degree)]
        return " ".join(words).removeprefix("+ ").replace("- ", "-", words[0][0] == "-")

    def __add__(self, other: object) -> Energy:
        addend = _as_energy(other)
        if addend is None:
            return NotImplemented
        both = Energy({})
        both._terms, both._parts = None, (self, addend)
        return both

    __radd__ = __add__

    def __mul__(self, other: object) -> Energy:
        factor = _as_energy(other)
        if factor is None:
            return NotImplemented
        total: dict[Monomial, float] = {}
        for left, a in self.terms.items():
            for right, b in factor.terms.items():
                product = _product(left, right)
                total[product] = total.get(product, 0.0) + a * b
        return Energy(_without_zeros(total))

    __rmul__ = __mul__

    def __neg__(self) -> Energy:
        return self * -1

    def __pos__(self) -> Energy:
        return self

    def __sub__(self, other: object) -> Energy:
        subtrahend = _as_energy(other)
        return NotImplemented if subtrahend is None else self + -subtrahend

    def __rsub__(self, other: object) -> Energy:
        minuend = _as_energy(other)
        return NotImplemented if minuend is None else minuend + -self

    def __truediv__(self, other: object) -> Energy:
        divisor = _number(other)
        return NotImplemented if divisor is None else self * (1 / divisor)

    def __pow__(self, exponent: object) -> Energy:
        if isinstance(exponent, bool) or not isinstance(exponent, Integral) or exponent < 0:
            rule = "be a whole number from 0 on"
            raise ValueError(requirement("exponent", rule, f"it is {exponent!r}"))
        power = Energy({(): 1.0})
        for _ in range(int(exponent)):
            power = power * self
        return power

    def __bool__(self) -> NoReturn:
        raise TypeError(_NO_VALUE)

    def _compared(self, _other: object) -> NoReturn:
        raise TypeError(_NO_VALUE)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compared


_NO_VALUE = (
    "Spins and bits have no values before they are sampled, so they cannot be compared. Write a "
    "rule as a penalty: `(x[0] + x[1] - 1)**2` is 0 where exactly one of two bits is 1."
)


def _as_energy(value: object) -> Energy | None:
    if isinstance(value, Energy):
        return value
    number = _number(value)
    return None if number is None else Energy({(): number} if number != 0 else {})


def _number(value: object) -> float | None:
    """Return a real number as a float; None for what is none."""
    if isinstance(value, Real):
        return float(value)
    item: Any = getattr(value, "item", None)
    if getattr(value, "shape", None) == () and callable(item) and isinstance(item(), Real):
        return float(item())
    return None


def _product(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    twice = {variable for variable in left if variable.is_spin and variable in right}
    return tuple(sorted({*left, *right} - twice))


def _added_up(energy: Energy) -> dict[Monomial, float]:
    """Add up a tree of sums; Python's own ``sum`` makes one as deep as it has summands."""
    total: dict[Monomial, float] = {}
    waiting = [energy]
    while waiting:
        part = waiting.pop()
        if part._terms is None:
            waiting += reversed(part._parts)
            continue
        for monomial, coefficient in part._terms.items():
            total[monomial] = total.get(monomial, 0.0) + coefficient
    return _without_zeros(total)


def _without_zeros(terms: dict[Monomial, float]) -> dict[Monomial, float]:
    return {monomial: coefficient for monomial, coefficient in terms.items() if coefficient != 0}


def default_name(family: Family) -> str:
    """Return what a family is called: the name it was given, else ``s`` or ``x``."""
    return family.name or ("s" if family.is_spin else "x")


def _word(monomial: Monomial, coefficient: float) -> str:
    sign = "-" if coefficient < 0 else "+"
    size = f"{abs(coefficient):g}"
    names = [variable.named(default_name(variable.family)) for variable in monomial]
    return " ".join([sign, *([size] if size != "1" or not names else []), *names])


def _by_degree(item: tuple[Monomial, float]) -> tuple[int, Monomial]:
    return len(item[0]), item[0]
