"""A PennyLane ``TorchLayer`` whose circuit runs on the engine; all else about it stays."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from textwrap import shorten
from typing import Any
from weakref import WeakKeyDictionary

import cloudpickle
import pennylane as qml
import torch
from pennylane.qnn import TorchLayer
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.frames import frames_to_the_user
from qaimagic.bridge.tracing import NotTraceableError, Program, Programs, trace
from qaimagic.devices.selection import Choice, resolve
from qaimagic.errors import QaimagicNote
from qaimagic.layers.agreement import Difference, NotComparableError, difference, pulled_back
from qaimagic.layers.engine import NAME, key_of
from qaimagic.layers.forms import Form, combined, form_of
from qaimagic.layers.takeover import why_not

_MAX_SIZES = 64
_OWN = ("_programs", "_forms")


class Accelerated(TorchLayer):  # type: ignore[misc]
    """What :func:`swap` puts before a ``TorchLayer``'s own class.

    The first call of a layer that was not yet found to agree with PennyLane's runs both.
    """

    qnode_weights: dict[str, Tensor]
    _kind: type[TorchLayer]
    _agrees: bool | None
    _has_told: bool
    _programs: dict[tuple[int, ...], Programs]
    _forms: WeakKeyDictionary[Program, Form]

    def by_pennylane(self, x: Tensor, weights: Mapping[str, Tensor]) -> Any:
        """Return what ``TorchLayer`` answers to ``x`` of shape (B, n_features) or (n_features,)."""
        kept = self.qnode_weights
        if all(weights[name] is weight for name, weight in kept.items()):
            return super()._evaluate_qnode(x)
        self.qnode_weights = dict(weights)
        try:
            return super()._evaluate_qnode(x)
        finally:
            self.qnode_weights = kept

    def by_engine(self, x: Tensor, weights: Mapping[str, Tensor]) -> Any:
        """Return the same from the engine.

        Raises:
            NotTraceableError: If it cannot run this circuit on ``x`` with the same numbers.
        """
        if reason := why_not_here(self.qnode):
            raise NotTraceableError(reason)
        if x.dtype not in (torch.float32, torch.float64) or not x.dim() or not len(x):
            raise NotTraceableError("its data are not samples of floating point numbers")
        has_batch = x.dim() > 1
        data = {self.input_arg: x if has_batch else x.unsqueeze(0)}
        values = {name: weight.to(x) for name, weight in weights.items()}
        program = self._program(data, values, has_batch)
        answers = program.run(data, values)
        form = self._forms[program]
        if isinstance(answers, Tensor) and has_batch and form == Form((answers.shape[1],)):
            return answers.to(x.dtype)
        parts = list(answers.unbind(dim=1) if isinstance(answers, Tensor) else answers)
        return combined([part if has_batch else part[0] for part in parts], form, x)

    def compare(self, x: Tensor, weights: Mapping[str, Tensor]) -> Difference:
        """Return how far the engine's answers and gradients are from PennyLane's.

        Raises:
            NotTraceableError: If the engine cannot run this circuit on ``x``.
            NotComparableError: If PennyLane cannot, or has no gradient.
        """
        try:
            theirs = pulled_back(self.by_pennylane, x, weights)
        except Exception as error:
            cause = shorten(str(error), 90, placeholder=" ...")
            text = f"PennyLane cannot train it on this batch ({type(error).__name__}: {cause})"
            raise NotComparableError(text) from error
        return difference(theirs, pulled_back(self.by_engine, x, weights))

    def current_weights(self) -> dict[str, Tensor]:
        """Return the weights by name, as ``functional_call`` or a parametrization has them now."""
        return {
            name: self._parameters[name]
            if name in self._parameters
            else self.parametrizations[name]()
            for name in self.qnode_weights
        }

    def use_engine(self, whether: bool) -> None:
        """Take the engine's answers, or PennyLane's, without comparing them first."""
        self._agrees = whether

    def _evaluate_qnode(self, x: Tensor) -> Any:
        if torch.compiler.is_compiling():
            return torch.compiler.disable(self._evaluate)(x)  # type: ignore[no-untyped-call]
        return self._evaluate(x)

    def _evaluate(self, x: Tensor) -> Any:
        weights = self.current_weights()
        if self._agrees is None:
            self._compare(x, weights)
        if self._agrees is not False:
            try:
                return self.by_engine(x, weights)
            except NotTraceableError as error:
                self._tell(str(error))
        return self.by_pennylane(x, weights)

    def _compare(self, x: Tensor, weights: Mapping[str, Tensor]) -> None:
        if any(map(torch._C._functorch.is_functorch_wrapped_tensor, (x, *weights.values()))):
            return
        try:
            found = self.compare(x, weights)
        except NotTraceableError:
            return
        except NotComparableError as error:
            self._agrees = False
            self._tell(str(error))
            return
        self._agrees = found.is_small
        if not found.is_small:
            self._tell(f"the engine's {found}")

    def _tell(self, reason: str) -> None:
        if self._has_told:
            return
        self._has_told = True
        device = self.qnode.device.name
        line = f"`{self.qnode.func.__name__}` runs as before, on `{device}`: {reason}."
        warnings.warn(line, QaimagicNote, stacklevel=frames_to_the_user())

    def _program(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], has_batch: bool
    ) -> Program:
        shape = (*next(iter(data.values())).shape, int(has_batch))
        programs = self._programs.setdefault(shape, Programs())
        if len(self._programs) > _MAX_SIZES:
            del self._programs[next(iter(self._programs))]

        def traced(outside: Sequence[Tensor]) -> Program:
            forms: list[Form] = []

            def queue(arguments: Mapping[str, Tensor]) -> QuantumScript:
                with qml.queuing.AnnotatedQueue() as recorded:
                    returned = self.qnode.func(**arguments)
                tape = QuantumScript.from_queue(recorded)
                forms.append(form_of(returned, tape.measurements))
                return tape

            wires = list(self.qnode.device.wires or ())
            program = trace(
                queue, data, weights, wires=wires, captured=outside, sees_batch=has_batch
            )
            self._forms[program] = forms[-1]
            return program

        found = programs.find(self.qnode.func, key_of((), data, weights), traced)
        if found is None:
            raise NotTraceableError(programs.reason or "it cannot be traced")
        return found

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.__dict__.items() if name not in _OWN}
        return {**kept, "qnode": cloudpickle.dumps(self.qnode)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, qnode=cloudpickle.loads(state["qnode"]), **_empty())

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _blank, (self._kind,), self.__getstate__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Accelerated:
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        kept = {name: value for name, value in self.__dict__.items() if name not in _OWN}
        copied.__dict__.update(deepcopy(kept, memo), **_empty())
        return copied


def why_not_here(qnode: qml.QNode) -> str | None:
    """Return why the engine does not stand in for a ``TorchLayer``'s QNode now, or None."""
    shots = qnode.shots.total_shots
    run = resolve(Choice(qnode.device, shots))
    if run.shots != shots or (run.device is not qnode.device and run.device != NAME):
        return "`devices.override` asks for something else, which a `TorchLayer` does not follow"
    return why_not(qnode, shots)


def swap(layer: TorchLayer) -> Accelerated:
    """Make ``layer`` itself run on the engine: its class changes, the object stays.

    So its parameters, hooks and flags, and whoever holds it, know nothing of it.
    """
    if not isinstance(layer, Accelerated):
        layer.__dict__.update(_agrees=None, _has_told=False, **_empty())
        kind: Any = type(layer)
        layer.__class__ = _class_for(kind)
    swapped: Accelerated = layer
    return swapped


def restore(layer: Accelerated) -> None:
    """Undo :func:`swap`."""
    for name in ("_agrees", "_has_told", *_OWN):
        del layer.__dict__[name]
    layer.__class__ = layer._kind


@cache
def _class_for(kind: Any) -> Any:
    members = {"_kind": kind, "__module__": __name__, "__doc__": kind.__doc__}
    return type(f"Accelerated{kind.__name__}", (Accelerated, kind), members)


def _blank(kind: Any) -> Any:
    made = _class_for(kind)
    return made.__new__(made)


def _empty() -> dict[str, Any]:
    return {"_programs": {}, "_forms": WeakKeyDictionary()}
