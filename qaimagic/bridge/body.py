"""Calls a circuit body for one sample and records its tape; errors name the user's line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import pennylane as qml
from pennylane.measurements import MeasurementProcess
from pennylane.tape import QuantumScript

from qaimagic._checks import did_you_mean
from qaimagic.errors import CircuitError, NotWrittenYetError

_RETURN_HINT = "Return a measurement such as `qml.expval(qml.Z(0))`, or a list of them."


def record(function: Callable[..., Any], arguments: Mapping[str, Any]) -> QuantumScript:
    """Run ``function`` once and return what it queued, with the measurements it returned.

    Args:
        function: The body of a circuit, written for one sample.
        arguments: A value for each of its arguments.

    Raises:
        CircuitError: If the body fails or returns no measurement; names its line.
    """
    try:
        with qml.queuing.AnnotatedQueue() as queue:
            returned = function(**arguments)
    except Exception as error:
        raise explain(error, function) from error
    return QuantumScript(
        QuantumScript.from_queue(queue).operations, _measurements(returned, function)
    )


def explain(error: Exception, function: Callable[..., Any]) -> CircuitError:
    """Return the error that a learner should read for ``error``, raised inside ``function``."""
    line = _line_in(function, error.__traceback__)
    if isinstance(error, NotImplementedError) and not str(error):
        name = function.__name__
        return NotWrittenYetError(f"The body of `{name}` is not written yet.", line=line)
    return CircuitError(_explanation(error), line=line)


def _explanation(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, AttributeError) and getattr(error, "obj", None) is qml:
        gate = str(error.name)
        alike = [name for name in dir(qml) if name[:1].isupper() == gate[:1].isupper()]
        hint = did_you_mean(f"qml.{gate}", [f"qml.{name}" for name in alike])
        return f"PennyLane has no `qml.{gate}`.{hint}"
    if "numpy()" in text and "requires grad" in text:
        return (
            "A NumPy function was given a tensor that is being trained. "
            "Use torch's own, such as `torch.sin` for `np.sin`."
        )
    return f"{type(error).__name__}: {text}"


def _line_in(function: Callable[..., Any], traceback: TracebackType | None) -> int | None:
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == function.__code__.co_filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _measurements(returned: Any, function: Callable[..., Any]) -> list[MeasurementProcess]:
    flat = list(_flatten(returned))
    line = function.__code__.co_firstlineno
    if not flat:
        message = f"`{function.__name__}` returns nothing. {_RETURN_HINT}"
        raise CircuitError(message, line=line)
    for item in flat:
        if not isinstance(item, MeasurementProcess):
            message = f"`{function.__name__}` returns {type(item).__name__} objects. {_RETURN_HINT}"
            raise CircuitError(message, line=line)
    if len(flat) > 1 and any(kind_of(item) in ("sample", "counts") for item in flat):
        message = "`sample` and `counts` must be returned alone, without other measurements."
        raise CircuitError(message, line=line)
    return flat


def _flatten(returned: Any) -> Any:
    if isinstance(returned, list | tuple):
        for item in returned:
            yield from _flatten(item)
    elif returned is not None:
        yield returned


_KINDS = {
    "ExpectationMP": "expval",
    "VarianceMP": "var",
    "ProbabilityMP": "probs",
    "SampleMP": "sample",
    "CountsMP": "counts",
    "StateMP": "state",
    "DensityMatrixMP": "density_matrix",
    "PurityMP": "purity",
    "VnEntropyMP": "vn_entropy",
    "MutualInfoMP": "mutual_info",
}


def kind_of(measurement: MeasurementProcess) -> str:
    """Return the PennyLane function that makes ``measurement``, such as ``"expval"``."""
    name = type(measurement).__name__
    return _KINDS.get(name, name.removesuffix("MP").lower())
