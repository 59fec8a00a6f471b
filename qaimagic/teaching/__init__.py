"""Checks for exercises that say what is wrong, and learners' versions of notebooks.

A teacher writes one cell below the learner's answer::

    with exercise("A Bell pair"):
        uses_only(bell, ["Hadamard", "CNOT"])
        same_state(bell, [2**-0.5, 0, 0, 2**-0.5])

An answer that is not written yet prints "Not yet" and passes. A wrong one raises an
`AssertionError` that says what is wrong. A right one prints a short praise.
"""

from qaimagic.teaching.circuits import same_state, same_unitary, uses, uses_only
from qaimagic.teaching.exercise import NotYet, exercise
from qaimagic.teaching.values import close_to, reaches, same_function

__all__ = [
    "NotYet",
    "close_to",
    "exercise",
    "reaches",
    "same_function",
    "same_state",
    "same_unitary",
    "uses",
    "uses_only",
]
