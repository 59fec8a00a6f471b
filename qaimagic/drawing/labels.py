"""Labels in math type: ``theta[0,1]`` becomes an italic θ with the subscript 0,1.

A label is a sequence of runs, each with one style. What a picture does with them (SVG, plain
characters) is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

Role = Literal["weight", "data", "ink"]

_VARIANTS = {"varphi": "\u03d5", "vartheta": "\u03d1"}
_CONSTANTS = {"pi", "π"}
_SHORT_NAMES = {
    "Hadamard": "H",
    "Identity": "I",
    "PauliX": "X",
    "PauliY": "Y",
    "PauliZ": "Z",
    "PhaseShift": "P",
    "QubitUnitary": "U",
    "SX": "√X",
    "ISWAP": "iSWAP",
}
_ROTATION = re.compile(r"(R|Ising|MultiR|U)([XYZ]{1,2}|[123])")
_TOKEN = re.compile(
    r"(?P<name>[^\W\d]\w*)(?:\[(?P<index>[^\[\]]*)\])?(?P<call>(?=\())?"
    r"|(?P<number>\d+(?:\.\d*)?(?:e[+-]?\d+)?)|(?P<sign>\*\*|.)"
)
_INDEXED = re.compile(r"([^\W\d]\w*)\[([^\[\]]+)\]")
_STEM = re.compile(r"([^\W\d_]+)_?(\d+)|([^\W\d_]+)_(\w{1,2})")
_SIGNS = {"*": "·", "-": "\u2212", "**": "^"}
_LISTED = 3


@dataclass(frozen=True)
class Run:
    """A piece of a label in one style.

    Attributes:
        text: The characters.
        italic: Whether it is a mathematical variable, set in serif italics.
        shift: 0 on the line, -1 for a subscript, 1 for a superscript.
        role: What the piece stands for, which decides its colour.
    """

    text: str
    italic: bool = False
    shift: Literal[-1, 0, 1] = 0
    role: Role = "ink"


def clean(text: str, limit: int = 0) -> str:
    """Return ``text`` on one printable line, shortened to ``limit`` characters unless it is 0."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return line if not limit or len(line) <= limit else line[: limit - 1] + "…"


def greek(name: str) -> str:
    """Return the Greek letter called ``name``, or ``name`` itself.

    Example:
        >>> greek("theta"), greek("lambda_"), greek("weights")
        ('θ', 'λ', 'weights')
    """
    plain = name.rstrip("_")
    if plain in _VARIANTS or not (plain.islower() or plain.istitle()):
        return _VARIANTS.get(plain, name)
    size = "SMALL" if plain.islower() else "CAPITAL"
    spelled = plain.upper().replace("LAMBDA", "LAMDA")
    try:
        letter = unicodedata.lookup(f"GREEK {size} LETTER {spelled}")
    except KeyError:
        return name
    return letter if "\u0391" <= letter <= "\u03c9" else name


def plain(text: str) -> str:
    """Return a label for a line of characters: Greek letters, indices left in brackets.

    Example:
        >>> plain("2·theta_x[0,1]")
        '2·θ_x[0,1]'
    """
    return re.sub(r"[^\W\d_]+(?:_(?!\w))?", lambda match: greek(match[0]), clean(text))


def role_of(parameters: Iterable[str], data: Sequence[str]) -> Role:
    """Return what ``parameters`` depend on: only weights, only data, or else ``"ink"``."""
    roles = {
        run.role for text in parameters for run in parameter_runs(text, data) if run.role != "ink"
    }
    return roles.pop() if len(roles) == 1 else "ink"


def names_of(parameters: Iterable[str]) -> list[str]:
    """Return the names of weights and data in ``parameters``, each once, in order."""
    found = (
        match["name"]
        for text in parameters
        for match in _TOKEN.finditer(clean(text))
        if match["name"] and match["call"] is None and match["name"] not in _CONSTANTS
    )
    return list(dict.fromkeys(found))


def fold(parameters: Sequence[str]) -> str:
    """Join ``parameters``, folding those that differ in their indices alone.

    Example:
        >>> fold(["theta[0,1,0]", "theta[0,1,1]", "theta[0,1,2]"])
        'theta[0,1,·]'
        >>> fold([f"inputs[{i}]" for i in range(4)])
        'inputs[0…3]'
    """
    parts: list[str] = []
    for _, group in groupby(parameters, key=_family):
        members = list(group)
        parts += members if len(members) < _LISTED else _fold_family(members)
    if len(parts) > _LISTED:
        parts = [*parts[: _LISTED - 1], "…", parts[-1]]
    return ", ".join(clean(part, 28) for part in parts)


def _family(parameter: str) -> tuple[str, int]:
    match = _INDEXED.fullmatch(parameter)
    return (match[1], match[2].count(",")) if match else ("", 0)


def _fold_family(members: list[str]) -> list[str]:
    matches = [_INDEXED.fullmatch(member) for member in members]
    if not all(matches):
        return members
    name = members[0].partition("[")[0]
    positions = list(zip(*(m[2].split(",") for m in matches if m), strict=True))
    if len(positions) == 1:
        first, last = positions[0][0].strip(), positions[0][-1].strip()
        return [f"{name}[{first}…{last}]"]
    if all(len(set(values)) > 1 for values in positions):
        return [name]
    kept = (values[0].strip() if len(set(values)) == 1 else "·" for values in positions)
    return [f"{name}[{','.join(kept)}]"]


def parameter_runs(text: str, data: Sequence[str] = ()) -> tuple[Run, ...]:
    """Set a parameter such as ``"2·theta[0,1]"`` in math type.

    Args:
        text: The label.
        data: The names that stand for data; other names are weights.

    Example:
        >>> [run.text for run in parameter_runs("2·theta[0,1]")]
        ['2', '·', 'θ', '0,1']
    """
    runs: list[Run] = []
    for match in _TOKEN.finditer(clean(text)):
        name = match["name"]
        if name is None:
            runs.append(Run(_SIGNS.get(match[0], match[0])))
        elif match["call"] is not None:
            runs.append(Run(greek(name), italic=len(greek(name)) == 1))
        elif name in _CONSTANTS:
            runs.append(Run(greek(name)))
        else:
            role: Role = "data" if name in data else "weight"
            runs += [replace(run, role=role) for run in _variable(name, match["index"])]
    return tuple(runs)


def _variable(name: str, index: str | None) -> list[Run]:
    stem = _STEM.fullmatch(name)
    base, low = (stem[1] or stem[3], stem[2] or stem[4]) if stem else (name, "")
    low = ",".join(part for part in (low, index or "") if part)
    low = low.replace(" ", "").replace("·", "•")
    runs = [Run(greek(base), italic=True)]
    return [*runs, Run(low, shift=-1)] if low else runs


def gate_runs(name: str, adjoint: bool = False) -> tuple[Run, ...]:
    """Set a gate's name: ``RX`` as R with the subscript X, an inverse with a dagger.

    Example:
        >>> [run.text for run in gate_runs("RX", adjoint=True)]
        ['R', 'X', '†']
    """
    name = clean(name)
    rotation = _ROTATION.fullmatch(name)
    runs = (
        [Run(rotation[1]), Run(rotation[2], shift=-1)]
        if rotation
        else [Run(_SHORT_NAMES.get(name, name))]
    )
    return (*runs, Run("†", shift=1)) if adjoint else tuple(runs)


def measured(kind: str, label: str) -> str:
    """Return what a measurement returns, as it is written: ``⟨Z⟩``, ``Var(Z)``, ``probs``.

    Example:
        >>> measured("expval", "X⊗Y"), measured("probs", "probs")
        ('⟨X⊗Y⟩', 'probs')
    """
    if kind == "expval":
        return f"⟨{label}⟩"
    if kind == "var":
        return f"Var({label})"
    return kind if label in ("", kind) else f"{kind}({label})"


def words(name: str) -> list[str]:
    """Split a name in camel case into its words.

    Example:
        >>> words("StronglyEntanglingLayers"), words("QFT")
        (['Strongly', 'Entangling', 'Layers'], ['QFT'])
    """
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+", name) or [name]
