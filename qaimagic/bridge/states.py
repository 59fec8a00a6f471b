"""The state that a circuit prepares before it measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from pennylane.measurements import DensityMatrixMP, StateMP
from pennylane.ops import Conditional, MidMeasure
from pennylane.tape import QuantumScript
from pennylane.wires import Wires
from torch import Tensor

from qaimagic.bridge.execution import execute
from qaimagic.errors import CircuitError


def density_wires(tape: QuantumScript) -> list[Any] | None:
    """Return the wires whose density matrix is all that a circuit asks for, or None."""
    [*rest, last] = tape.measurements
    return list(last.wires) if not rest and isinstance(last, DensityMatrixMP) else None


def state_of(
    tape: QuantumScript, device: Any, wires: Sequence[Any], *, traced_out: bool = False
) -> Tensor:
    """Return the state that the gates of ``tape`` prepare, whatever it measures.

    Args:
        tape: A circuit of one sample; its shots do not count.
        device: A PennyLane device object.
        wires: The wires, the most significant bit first.
        traced_out: Whether they are some of the circuit's wires, and the others are traced out.

    Returns:
        Amplitudes, shape (2**n,), or a density matrix, shape (2**n, 2**n), where wires are traced
        out or the device has noise; complex, without gradient.

    Raises:
        CircuitError: If the circuit measures before its end, so that chance decides on its state.
        DeviceError: If the device has no state.
    """
    if any(isinstance(gate, MidMeasure | Conditional) for gate in tape.operations):
        raise CircuitError(
            "A circuit that measures before its end has no one state: chance decides. Leave "
            "`qml.measure` out to see the state before it."
        )
    measurement = (DensityMatrixMP if traced_out else StateMP)(wires=Wires(wires))
    asked = tape.copy(measurements=[measurement], shots=None)
    with torch.no_grad():
        [found] = execute([asked], device, diff_method=None)
    return torch.as_tensor(found)
