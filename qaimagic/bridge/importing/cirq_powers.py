r"""Cirq's gates are powers :math:`G^t`, with a phase: they turn by :math:`\pi t`."""

from __future__ import annotations

from typing import Any

from qaimagic.bridge.importing.gates import PHASE, Gate, gate
from qaimagic.bridge.importing.symbolic import from_sympy

_TURNS = {
    "XPowGate": "rx",
    "YPowGate": "ry",
    "ZPowGate": "rz",
    "XXPowGate": "rxx",
    "YYPowGate": "ryy",
    "ZZPowGate": "rzz",
}
_CONTROLLED = {
    "CXPowGate": ("XPowGate", 1),
    "CZPowGate": ("ZPowGate", 1),
    "CCXPowGate": ("XPowGate", 2),
    "CCZPowGate": ("ZPowGate", 2),
}
_WHOLE = {"HPowGate": "h", "SwapPowGate": "swap", "ISwapPowGate": "iswap"}
_NAMED: dict[tuple[str, float], str] = {
    **{(name, 1): kind for name, kind in _WHOLE.items()},
    ("XPowGate", 1): "x",
    ("YPowGate", 1): "y",
    ("ZPowGate", 1): "z",
    ("XPowGate", 0.5): "sx",
    ("XPowGate", -0.5): "sxdg",
    ("ZPowGate", 0.5): "s",
    ("ZPowGate", -0.5): "sdg",
    ("ZPowGate", 0.25): "t",
    ("ZPowGate", -0.25): "tdg",
}
"""Powers that have a name in OpenQASM."""

_KNOWN = {*_TURNS, *_CONTROLLED, *_WHOLE}


def as_turns(power: Any, wires: tuple[int, ...]) -> list[Gate]:
    r"""Return gates whose product a power of Cirq's is, or none where it is not known here.

    With eigenvalues :math:`e^{i \pi t (\lambda + s)}`, a shift :math:`s` is a phase
    :math:`\pi t s` for all states.

    Args:
        power: A ``cirq.EigenGate``.
        wires: What it acts on.
    """
    name = next((kind.__name__ for kind in type(power).__mro__ if kind.__name__ in _KNOWN), "")
    base, n_controls = _CONTROLLED.get(name, (name, 0))
    controls = tuple((wire, True) for wire in wires[:n_controls])
    gates = _unshifted(base, wires[n_controls:], power)
    if not gates or not power.global_shift:
        return [one.controlled(controls) for one in gates]
    if power.global_shift == -0.5 and name in _TURNS:
        return [Gate(_TURNS[name], wires, (from_sympy(_angle(power)),))]
    shift = from_sympy(_angle(power) * power.global_shift)
    return [*(one.controlled(controls) for one in gates), Gate(PHASE, (), (shift,))]


def _unshifted(base: str, wires: tuple[int, ...], power: Any) -> list[Gate]:
    named = None if _is_free(power) else _NAMED.get((base, power.exponent))
    if named is not None:
        return [gate(named, wires)]
    if base not in _TURNS:
        return []
    angle = from_sympy(_angle(power))
    if base == "ZPowGate":
        return [gate("p", wires, (angle,))]
    return [
        gate(_TURNS[base], wires, (angle,)),
        Gate(PHASE, (), (from_sympy(_angle(power) / 2),)),
    ]


def _is_free(power: Any) -> bool:
    return bool(getattr(power.exponent, "free_symbols", ()))


def _angle(power: Any) -> Any:
    import sympy

    return sympy.pi * power.exponent
