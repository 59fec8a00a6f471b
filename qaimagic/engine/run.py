"""The engine's two functions: expectation values and states of a circuit on a batch.

They run compiled, on the processor, wherever that can be; in plain torch (slower, the same numbers)
where there is no compiler, on a GPU, and where a derivative is asked for that one sweep back does
not give: forward-mode, and second and higher ones inside ``torch.func``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import torch
from torch import Tensor
from torch.autograd import forward_ad

from qaimagic._clock import Phase
from qaimagic.engine import eager, jit
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.way_back import follow_back


def expvals(
    circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None = None
) -> Tensor:
    r"""Return :math:`\langle \psi | P | \psi \rangle` for each word of ``circuit``.

    Args:
        circuit: The gates, and the words to measure.
        shared: The parameters that all samples share, n_shared numbers in any shape, float32 or
            float64.
        varied: The parameters by sample, (batch, n_varied), of the same dtype.
        start: The state before the first gate, (2**n_wires,) or (batch, 2**n_wires), complex;
            the state of all zeros by default.

    Returns:
        Expectation values of shape (batch, n_words), differentiable in everything given.

    Raises:
        MemoryNeedError: If one sample's states do not fit into memory.
    """
    with Phase("executing"):
        if _compiles(varied):
            return _compiled()(circuit, shared, varied, start)
        return _in_plain_torch(eager.expvals, circuit, shared, varied, start)


def state(circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None = None) -> Tensor:
    """Return the state after the last gate, (batch, 2**n_wires), complex; see :func:`expvals`."""
    with Phase("executing"):
        if _compiles(varied):
            return _compiled()(_without_words(circuit), shared, varied, start)
        return _in_plain_torch(eager.state, circuit, shared, varied, start)


def _in_plain_torch(
    run: Callable[..., Tensor], circuit: Circuit, *tensors: Tensor | None
) -> Tensor:
    # Aliases: what else depends on the tensors is no part of the circuit's way back.
    given = [None if tensor is None else tensor.view_as(tensor) for tensor in tensors]
    answer = run(circuit, *given)
    follow_back(given, [answer])
    return answer


def _without_words(circuit: Circuit) -> Circuit:
    return replace(circuit, words=()) if circuit.words else circuit


@cache
def _compiled() -> Callable[..., Tensor]:
    from qaimagic.engine.adjoint import answer

    return answer


def _compiles(varied: Tensor) -> bool:
    return (
        varied.device.type == "cpu"
        and forward_ad._current_level < 0
        and not _differentiates_twice()
        and jit.available()
    )


def _differentiates_twice() -> bool:
    """Whether torch.func's transforms around this call ask for more than first derivatives."""
    if not torch._C._are_functorch_transforms_active():
        return False
    kinds = [interpreter.key() for interpreter in torch._C._functorch.get_interpreter_stack() or ()]
    transform = torch._C._functorch.TransformType
    return transform.Jvp in kinds or kinds.count(transform.Grad) > 1
