"""The gates of ``stdgates.inc``, and definitions of gates as lists of gates.

In OpenQASM 3, ``U(θ, φ, λ)`` has a phase :math:`θ/2` that Qiskit's gate lacks, and ``u2`` and
``u3`` have :math:`-(φ + λ)/2`: it matters under controls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qaimagic.bridge.importing.expressions import Expression, Symbol, bound, call
from qaimagic.bridge.importing.gates import KINDS, PHASE, Gate, gate, gates_of_cu


@dataclass(frozen=True)
class Definition:
    """What a gate does, for parameters and wires of its own.

    Attributes:
        parameters: The names of its parameters.
        n_wires: The number of wires.
        gates: What it is made of, on the wires 0, 1, ...
    """

    parameters: tuple[str, ...]
    n_wires: int
    gates: tuple[Gate, ...]

    def applied(self, angles: Sequence[Expression], wires: Sequence[int]) -> list[Gate]:
        """Return its gates for ``angles``, on ``wires``."""
        values = dict(zip(self.parameters, angles, strict=True))
        return [
            replace(
                one,
                wires=tuple(wires[wire] for wire in one.wires),
                controls=tuple((wires[wire], value) for wire, value in one.controls),
                angles=tuple(bound(angle, values) for angle in one.angles),
            )
            for one in self.gates
        ]


def _of_kind(kind: str) -> Definition:
    known = KINDS[kind]
    names = tuple("abc"[: known.n_angles])
    n_wires = known.n_controls + known.n_wires
    one = gate(kind, tuple(range(n_wires)), tuple(map(Symbol, names)))
    return Definition(names, n_wires, (one,))


_A, _B, _C, _D = map(Symbol, "abcd")
_OF_U = call("*", 0.5, _A)
_NOT_STANDARD = ("sxdg", "iswap", "rxx", "ryy", "rzz", "ccz", "u2", "u3")
_SAME = [kind for kind in KINDS if kind not in _NOT_STANDARD]
_OTHERS = {"CX": "cx", "phase": "p", "cphase": "cp", "u1": "p"}

BUILT_IN = {
    "U": Definition(
        ("a", "b", "c"), 1, (gate("u3", (0,), (_A, _B, _C)), Gate(PHASE, (), (_OF_U,)))
    ),
    PHASE: Definition(("a",), 0, (Gate(PHASE, (), (_A,)),)),
}
"""What a program has without including anything."""

STANDARD = {
    **{name: _of_kind(name) for name in _SAME},
    **{name: _of_kind(kind) for name, kind in _OTHERS.items()},
    "u2": Definition(
        ("a", "b"),
        1,
        (gate("u2", (0,), (_A, _B)), Gate(PHASE, (), (call("*", -0.5, call("+", _A, _B)),))),
    ),
    "u3": Definition(
        ("a", "b", "c"),
        1,
        (
            gate("u3", (0,), (_A, _B, _C)),
            Gate(PHASE, (), (call("*", -0.5, call("+", _B, _C)),)),
        ),
    ),
    "cu": Definition(("a", "b", "c", "d"), 2, gates_of_cu((0, 1), (_A, _B, _C, _D))),
}
"""What ``include "stdgates.inc"`` brings."""
