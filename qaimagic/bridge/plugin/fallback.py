"""Hands circuits that the engine does not run to PennyLane's own simulators, and says so."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from pennylane.devices import DefaultMixed, DefaultQubit, ExecutionConfig
from pennylane.exceptions import DeviceError
from pennylane.tape import QuantumScript
from pennylane.transforms.core import CompilePipeline

from qaimagic.bridge.frames import frames_to_the_user
from qaimagic.bridge.plugin.batches import DENSE
from qaimagic.bridge.plugin.noise import MAX_DENSITY_WIRES, has_noise, keeping_channels
from qaimagic.bridge.plugin.rows import MAX_WIRES
from qaimagic.errors import QaimagicNote

NAME = "qaimagic.qubit"
_said: set[str] = set()


class Fallback(DefaultQubit):  # type: ignore[misc]
    """``default.qubit`` under our name: what it accepts and how it prepares circuits is ours too.

    Args:
        wires: The device's wires, or None where circuits choose.
        rng: The generator that shots are drawn from, shared with the device.

    Attributes:
        mixed: What circuits with noise are handed to.
    """

    def __init__(self, wires: Any, rng: np.random.Generator) -> None:
        super().__init__(wires=wires, seed=rng)
        self.mixed = DefaultMixed(seed=rng)

    @property
    def name(self) -> str:
        """The name that its error messages give."""
        return NAME

    def preprocess_transforms(
        self, execution_config: ExecutionConfig | None = None
    ) -> CompilePipeline:
        """Return the transforms of ``default.qubit``, which leave noise channels as they are."""
        return keeping_channels(super().preprocess_transforms(execution_config))


def run_slowly(
    fallback: Fallback,
    config: ExecutionConfig,
    debugger: Any,
    tapes: Sequence[QuantumScript],
    reason: str,
) -> tuple[Any, ...]:
    """Return the answers of ``default.qubit``, or ``default.mixed``; say a reason to wait, once.

    Args:
        fallback: The device to run on.
        config: How to run them.
        debugger: PennyLane's collector of snapshots, if one is listening.
        tapes: The circuits, as the pipeline of ``fallback`` has prepared them.
        reason: What the engine cannot do, such as "mid-circuit measurements shot by shot".

    Raises:
        DeviceError: If there are too many wires for a state, or with noise for a density matrix.
    """
    answers: dict[int, Any] = {}
    for noisy in (False, True):
        chosen = [index for index, tape in enumerate(tapes) if has_noise(tape) is noisy]
        if chosen:
            device = fallback.mixed if noisy else fallback
            largest = max(tapes[index].num_wires for index in chosen)
            if noisy:
                _check_density(largest, reason)
            elif largest > MAX_WIRES:
                raise DeviceError(
                    f"`{NAME}` runs circuits of up to {MAX_WIRES} wires, but this one has "
                    f"{largest}: its state would be 2**{largest} numbers. Leave wires out, or "
                    f"cut the circuit with `qml.cut_circuit`."
                )
            if reason != DENSE:
                say_handed_over(reason, device.name if noisy else "default.qubit")
            device._debugger = debugger
            found = device.execute(tuple(tapes[index] for index in chosen), config)
            answers |= zip(chosen, found, strict=True)
    return tuple(answers[index] for index in range(len(tapes)))


def _check_density(largest: int, reason: str) -> None:
    if largest > MAX_DENSITY_WIRES:
        raise DeviceError(
            f"`{NAME}` cannot run this circuit with noise on {largest} wires: {reason}. "
            f"Up to {MAX_DENSITY_WIRES} wires it runs, on `default.mixed`."
        )


def say_handed_over(reason: str, name: str = "default.qubit") -> None:
    """Say that circuits go to another simulator; once for each reason in a process."""
    if reason not in _said:
        _said.add(reason)
        line = f"`{NAME}` hands this circuit to `{name}`, which is slower: {reason}."
        warnings.warn(line, QaimagicNote, stacklevel=frames_to_the_user())
