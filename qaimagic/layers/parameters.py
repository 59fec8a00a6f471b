"""Makes weights and data of a circuit's free parameters, under names that torch takes."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qaimagic._checks import did_you_mean, requirement
from qaimagic.bridge.importing.circuit import Parameter
from qaimagic.bridge.importing.expressions import Entry

DATA = "inputs"
_USUAL = ("inputs", "x")
_SERIES = tuple(
    map(re.compile, (r"(.+)\[(\d+)\]", r"_(.+?)_(\d+)_", r"(.*[^\d_])_(\d+)", r"(.*[^\d_])(\d+)"))
)
"""How entries of a vector are called: `x[0]`, `_x_0_` as Qiskit writes them out, `x_0`, `x0`."""


@dataclass
class Arguments:
    """Which entry of which argument each parameter of a circuit is.

    Attributes:
        n_features: The number of data in a sample, 0 if there are none.
        shapes: For each weight its shape.
        entries: For each parameter its place.
    """

    n_features: int = 0
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def data(self) -> tuple[str, ...]:
        """The name of the data argument, if there are data."""
        return (DATA,) if self.n_features else ()


@dataclass(frozen=True)
class _Group:
    """A vector's entries by their places, or a single parameter."""

    length: int | None
    names: Mapping[int, str]


def arguments_for(
    parameters: Sequence[Parameter], inputs: Any, taken: Collection[str]
) -> Arguments:
    """Return the arguments of a layer whose circuit has these free parameters.

    Args:
        parameters: The free parameters.
        inputs: Which of them are data: names of parameters, of vectors, or of series such as `x`
            for `x0` and `x1`; things that have a name; None for those called `inputs` or `x`.
        taken: Names that no weight can have.

    Raises:
        ValueError: If the circuit has no such parameter, or one is named twice.
        TypeError: If ``inputs`` holds what has no name.
    """
    groups = _groups(parameters)
    found = Arguments()
    for name in _chosen(inputs, groups):
        _add_data(found, _named(name, groups))
    used = {*taken, DATA}
    for label, group in groups.items():
        left = [one for one in group.names.values() if one not in found.entries]
        if not left:
            continue
        weight = python_name(label, used)
        used.add(weight)
        found.shapes[weight] = () if group.length is None else (group.length,)
        for place, name in group.names.items():
            found.entries.setdefault(name, Entry(weight, None if group.length is None else place))
    return found


def _groups(parameters: Sequence[Parameter]) -> dict[str, _Group]:
    """Return vectors, complete series and single parameters by their names, in their order."""
    whole = _complete_series(parameters)
    names: dict[str, dict[int, str]] = {}
    lengths: dict[str, int | None] = {}
    for one in parameters:
        stem, place, length = whole.get(one.name, (one.name, 0, None))
        if one.vector is not None:
            stem, place, length = one.vector, one.index, one.length
        names.setdefault(stem, {})[place] = one.name
        lengths[stem] = length
    return {stem: _Group(lengths[stem], dict(sorted(names[stem].items()))) for stem in names}


def _complete_series(parameters: Sequence[Parameter]) -> dict[str, tuple[str, int, int]]:
    """Return stem, place and length for names that count from 0 without a gap, two at least."""
    found: dict[str, list[tuple[int, str]]] = {}
    taken = {one.vector or one.name for one in parameters}
    for one in parameters:
        match = next((m for pattern in _SERIES if (m := pattern.fullmatch(one.name))), None)
        if one.vector is None and match is not None and match[1] not in taken:
            found.setdefault(match[1], []).append((int(match[2]), one.name))
    return {
        name: (stem, place, len(names))
        for stem, names in found.items()
        if len(names) > 1 and sorted(place for place, _ in names) == list(range(len(names)))
        for place, name in names
    }


def _chosen(inputs: Any, groups: Mapping[str, _Group]) -> list[str]:
    if inputs is None:
        return [name for name in _USUAL if name in groups]
    if isinstance(inputs, str) or hasattr(inputs, "name"):
        inputs = [inputs]
    rule = "be the name of a parameter, or a list of names"
    if isinstance(inputs, set | frozenset) or not isinstance(inputs, Iterable):
        raise TypeError(requirement("inputs", rule, f"it is {inputs!r}"))
    names: list[Any] = [getattr(one, "name", one) for one in inputs]
    for one in names:
        if not isinstance(one, str):
            raise TypeError(requirement("inputs", rule, f"it holds {one!r}"))
    return names


def _named(name: str, groups: Mapping[str, _Group]) -> _Group:
    if name in groups:
        return groups[name]
    singles = [one for group in groups.values() for one in group.names.values()]
    if name in singles:
        return _Group(None, {0: name})
    listing = ", ".join(f"`{one}`" for one in groups) or "it has none"
    rule = f"name parameters of the circuit ({listing})"
    hint = did_you_mean(name, [*groups, *singles])
    raise ValueError(requirement("inputs", rule, f"it names `{name}`") + hint)


def _add_data(found: Arguments, group: _Group) -> None:
    for place, name in group.names.items():
        if name in found.entries:
            rule = "name each parameter once"
            raise ValueError(requirement("inputs", rule, f"it names `{name}` twice"))
        found.entries[name] = Entry(DATA, found.n_features + place)
    found.n_features += group.length or 1


def python_name(name: str, taken: Collection[str] = ()) -> str:
    """Return a name for Python and torch, as like ``name`` as can be."""
    letters = unicodedata.normalize("NFKC", name)
    found = re.sub(r"\W+", "_", letters).strip("_") or "weight"
    if not found.isidentifier():
        found = f"weight_{found}"
    while found in taken or keyword.iskeyword(found):
        found += "_"
    return found
