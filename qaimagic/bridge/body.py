"""Calls a circuit body for one sample and records its tape; errors name the user's line."""

from __future__ import annotations

import dis
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import pennylane as qml
from pennylane.measurements import MeasurementProcess
from pennylane.operation import Operator
from pennylane.tape import QuantumScript

from qaimagic._checks import did_you_mean
from qaimagic.errors import CircuitError, NotWrittenYetError

_RETURN_HINT = "Return a measurement such as `qml.expval(qml.Z(0))`, or a list of them."


class _OneSampleError(CircuitError):
    """A gate was given values for several samples at once."""


class _OneSampleQueue(qml.queuing.AnnotatedQueue):  # type: ignore[misc]
    """Refuses a gate that stands for several samples while its line is still known."""

    def append(self, obj: Any, **kwargs: Any) -> None:
        if getattr(obj, "batch_size", None) is not None:
            raise _OneSampleError(
                f"`{obj.name}` is given a list of values, as for many samples, but the body is "
                "written for one. Write `inputs[0]` for one value, or use an embedding such as "
                "`qml.AngleEmbedding` for all."
            )
        super().append(obj, **kwargs)


def record(function: Callable[..., Any], arguments: Mapping[str, Any]) -> QuantumScript:
    """Run ``function`` once and return what it queued, with the measurements it returned.

    Args:
        function: The body of a circuit, written for one sample.
        arguments: A value for each of its arguments.

    Raises:
        CircuitError: If the body fails or returns no measurement; names its line.
    """
    try:
        with _OneSampleQueue() as queue:
            returned = function(**arguments)
    except Exception as error:
        raise explain(error, function) from error
    return QuantumScript(
        QuantumScript.from_queue(queue).operations, _measurements(returned, function)
    )


def explain(error: Exception, function: Callable[..., Any]) -> CircuitError:
    """Return the error that a learner should read for ``error``, raised inside ``function``."""
    step = _last_step_in(function, error.__traceback__)
    line = None if step is None else step.tb_lineno
    raised_by_body = step is not None and step.tb_next is None
    if isinstance(error, NotImplementedError) and raised_by_body:
        name = function.__name__
        return NotWrittenYetError(f"The body of `{name}` is not written yet.", line=line)
    if isinstance(error, _OneSampleError):
        return CircuitError(str(error), line=line)
    if isinstance(error, NameError) and error.name and step is not None:
        return CircuitError(_unknown_name(error.name, step), line=line)
    return CircuitError(_explanation(error), line=line)


def _unknown_name(name: str, step: TracebackType) -> str:
    known = [*step.tb_frame.f_locals, *step.tb_frame.f_globals]
    hint = f" Did you mean `qml.{name}`?" if hasattr(qml, name) else did_you_mean(name, known)
    return f"There is no name `{name}`.{hint}"


def _explanation(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, AttributeError) and getattr(error, "obj", None) is qml:
        gate = str(error.name)
        same = [name for name in dir(qml) if name.lower() == gate.lower()]
        alike = [name for name in dir(qml) if name[:1].isupper() == gate[:1].isupper()]
        hint = did_you_mean(f"qml.{gate}", [f"qml.{name}" for name in same or alike])
        return f"PennyLane has no `qml.{gate}`.{hint}"
    if isinstance(error, AttributeError) and error.name:
        public = [name for name in dir(error.obj) if not name.startswith("_")]
        return f"{type(error).__name__}: {text}.{did_you_mean(error.name, public)}"
    if "numpy()" in text and "requires grad" in text:
        return (
            "A NumPy function was given a tensor that is being trained. "
            "Use torch's own, such as `torch.sin` for `np.sin`."
        )
    return f"{type(error).__name__}: {text}"


def _last_step_in(
    function: Callable[..., Any], traceback: TracebackType | None
) -> TracebackType | None:
    last = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == function.__code__.co_filename:
            last = traceback
        traceback = traceback.tb_next
    return last


def _measurements(returned: Any, function: Callable[..., Any]) -> list[MeasurementProcess]:
    flat = list(_flatten(returned))
    line = function.__code__.co_firstlineno
    if not flat:
        message = f"`{function.__name__}` returns nothing. {_RETURN_HINT}"
        raise CircuitError(message, line=line)
    line = _return_line(function)
    for item in flat:
        if not isinstance(item, MeasurementProcess):
            message = f"`{function.__name__}` returns {type(item).__name__} objects. {_RETURN_HINT}"
            raise CircuitError(message, line=line)
        if isinstance(item.obs, type):
            call = f"qml.{item.obs.__name__}(0)"
            message = f"`{kind_of(item)}` is given a class of observables: say the wire, `{call}`."
            raise CircuitError(message, line=line)
        if not isinstance(item.obs, Operator | None):
            message = f"`{kind_of(item)}` is given {item.obs!r}, which is no observable."
            raise CircuitError(f"{message} {_RETURN_HINT}", line=line)
    if len(flat) > 1 and any(kind_of(item) in ("sample", "counts") for item in flat):
        message = "`sample` and `counts` must be returned alone, without other measurements."
        raise CircuitError(message, line=line)
    return flat


def _return_line(function: Callable[..., Any]) -> int:
    """Return the line of the only ``return``, else the first line."""
    lines = {
        step.positions.lineno
        for step in dis.get_instructions(function)
        if step.opname.startswith("RETURN_") and step.positions and step.positions.lineno
    }
    return lines.pop() if len(lines) == 1 else function.__code__.co_firstlineno


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
