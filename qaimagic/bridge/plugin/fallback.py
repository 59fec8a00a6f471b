"""Hands circuits that the engine does not run to PennyLane's ``default.qubit``, and says so."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pennylane.devices import DefaultQubit, ExecutionConfig
from pennylane.exceptions import DeviceError
from pennylane.operation import Channel
from pennylane.tape import QuantumScript
from pennylane.transforms.core import transform

from qaimagic.errors import QaimagicNote

NAME = "qaimagic.qubit"
_said: set[str] = set()


class Fallback(DefaultQubit):  # type: ignore[misc]
    """``default.qubit`` under our name: what it accepts and how it prepares circuits is ours too.

    Args:
        wires: The device's wires, or None where circuits choose.
        rng: The generator that shots are drawn from, shared with the device.
    """

    def __init__(self, wires: Any, rng: np.random.Generator) -> None:
        super().__init__(wires=wires, seed=rng)

    @property
    def name(self) -> str:
        """The name that its error messages give."""
        return NAME


@transform  # type: ignore[untyped-decorator]
def no_noise(tape: QuantumScript) -> tuple[tuple[QuantumScript], Callable[[Any], Any]]:
    """Refuse tapes with noise channels: an ideal simulator would have to leave them out.

    Raises:
        DeviceError: If there is one; names the device that runs it.
    """
    for operation in tape.operations:
        if isinstance(operation, Channel):
            raise DeviceError(
                f"`{NAME}` has no noise, but this circuit has `{operation.name}`. "
                "Noise runs on `default.mixed`."
            )
    return (tape,), _only


def _only(answers: Any) -> Any:
    return answers[0]


def run_slowly(
    fallback: Fallback,
    config: ExecutionConfig,
    debugger: Any,
    tapes: Sequence[QuantumScript],
    reason: str,
) -> tuple[Any, ...]:
    """Return the answers of ``default.qubit``; say the reason, once in a process.

    Args:
        fallback: The device to run on.
        config: How to run them.
        debugger: PennyLane's collector of snapshots, if one is listening.
        tapes: The circuits, as the pipeline of ``fallback`` has prepared them.
        reason: What the engine cannot do, such as "mid-circuit measurements shot by shot".
    """
    say_handed_over(reason)
    fallback._debugger = debugger
    return tuple(fallback.execute(tuple(tapes), config))


def say_handed_over(reason: str) -> None:
    """Say that circuits go to ``default.qubit``; once for each reason in a process."""
    if reason not in _said:
        _said.add(reason)
        line = f"`{NAME}` hands this circuit to `default.qubit`, which is slower: {reason}."
        warnings.warn(line, QaimagicNote, stacklevel=2)
