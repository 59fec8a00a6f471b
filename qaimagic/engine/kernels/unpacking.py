"""The arrays of a program and of a sweep, found in the few that hold them."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.arrays import IS_REAL, LANE_BITS, Program, Settled, Undone
from qaimagic.engine.jit import inlined
from qaimagic.engine.views import VIEWS

_one, _two, _three, _four, _five = VIEWS
_N_OF_PROGRAM, _N_SETTLED = len(Program._fields), len(Settled._fields) - 2


@inlined
def program_in(integers: Any, floats: Any) -> Any:
    """Return the :class:`~qaimagic.engine.arrays.Program`."""
    return Program(
        _two(integers, integers, 0),
        _two(integers, integers, 1),
        _two(integers, integers, 2),
        _one(integers, integers, 3),
        _one(integers, integers, 4),
        _one(integers, integers, 5),
        _two(integers, integers, 6),
        _two(integers, integers, 7),
        _one(integers, integers, 8),
        _one(floats, integers, 9),
        _one(integers, integers, 10),
        _one(floats, integers, 11),
        _one(integers, integers, 12),
        _one(integers, integers, 13),
        _one(floats, integers, 14),
        _one(integers, integers, 15),
    )


@inlined
def settled_in(numbers: Any, integers: Any) -> Any:
    """Return the :class:`~qaimagic.engine.arrays.Settled`."""
    return Settled(
        integers[LANE_BITS],
        integers[IS_REAL] != 0,
        _two(numbers, integers, _N_OF_PROGRAM),
        _one(numbers, integers, _N_OF_PROGRAM + 1),
        _two(numbers, integers, _N_OF_PROGRAM + 2),
        _three(numbers, integers, _N_OF_PROGRAM + 3),
        _four(numbers, integers, _N_OF_PROGRAM + 4),
        _three(numbers, integers, _N_OF_PROGRAM + 5),
        _four(numbers, integers, _N_OF_PROGRAM + 6),
    )


@inlined
def undone_in(numbers: Any, integers: Any) -> Any:
    """Return the :class:`~qaimagic.engine.arrays.Undone`."""
    return Undone(
        _three(numbers, integers, _N_OF_PROGRAM + _N_SETTLED),
        _five(numbers, integers, _N_OF_PROGRAM + _N_SETTLED + 1),
        _four(numbers, integers, _N_OF_PROGRAM + _N_SETTLED + 2),
    )
