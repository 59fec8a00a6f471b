"""A quantum circuit as a real ``torch.nn.Module``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pennylane as qml
import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.bridge.qnodes import arguments_of
from qaimagic.devices.selection import Choice, override
from qaimagic.gradients.problem import Problem
from qaimagic.layers.answers import joined, of_nothing
from qaimagic.layers.circuits import Circuit
from qaimagic.layers.differentiation import problem_of
from qaimagic.layers.inputs import Batch, gather, warn_of_wrapped_angles
from qaimagic.layers.measured import CircuitMeasures
from qaimagic.layers.product import product_circuit
from qaimagic.layers.qnode_circuit import QNodeCircuit
from qaimagic.layers.runner import Runner
from qaimagic.layers.weights import as_shape, initial_weight

_ATTRIBUTES = ("circuit", "runner", "_initial", "_angles_checked")


class HybridLayer(CircuitMeasures, nn.Module):
    r"""A circuit with trainable weights :math:`\theta`, usable wherever torch takes a module.

    .. math:: y_k = \langle 0 | U^\dagger(x, \theta) \, O_k \, U(x, \theta) | 0 \rangle

    Made from a QNode it takes the arguments of PennyLane's ``TorchLayer``, and as there the
    QNode sees the whole batch. Where its device is an ideal simulator, ``qaimagic.qubit`` runs it
    instead, and says so once: not with shots, transforms, a tracker, or a ``diff_method`` such as
    ``parameter-shift``, whose circuits run and are counted. ``@qaimagic.quantum`` and ``%%quantum``
    make a layer from a body that is written for one sample.

    Args:
        qnode: The circuit; every argument without a weight shape receives data.
        weight_shapes: The shape of each weight; ``1`` is a scalar.
        init_method: A function that fills a tensor in place, or a dictionary that gives one
            (or a start value) for each weight; by default uniform in [0, 2 pi).

    Shape:
        - each data argument: (..., n_features), any leading batch dimensions
        - answer: (..., n_outputs), the measurements side by side in the order returned, in the
          dtype of the data; ``sample`` and ``counts`` keep PennyLane's shapes, batch leading

    Raises:
        ValueError: If a weight has no matching argument, or a name of the layer's own.
        CircuitError: If the circuit fails; names its line.

    Example:
        >>> import pennylane as qml, torch
        >>> from qaimagic import HybridLayer
        >>> @qml.qnode(qml.device("default.qubit", wires=2))
        ... def circuit(inputs, theta):
        ...     qml.AngleEmbedding(inputs, wires=range(2))
        ...     qml.BasicEntanglerLayers(theta, wires=range(2))
        ...     return [qml.expval(qml.Z(i)) for i in range(2)]
        >>> layer = HybridLayer(circuit, {"theta": (3, 2)})
        >>> layer(torch.zeros(5, 2)).shape
        torch.Size([5, 2])

    References:
        Bergholm et al., PennyLane (2018), arXiv:1811.04968.
    """

    def __init__(
        self,
        qnode: qml.QNode,
        weight_shapes: Mapping[str, Any],
        init_method: Callable[[Tensor], Any] | Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(qnode, qml.QNode):
            fix = "`@qaimagic.quantum` makes a layer of a plain function."
            rule = "be a PennyLane QNode"
            raise TypeError(requirement("qnode", rule, f"it is {type(qnode).__name__}", fix))
        shapes = {name: as_shape(size) for name, size in weight_shapes.items()}
        names = arguments_of(qnode)
        unknown = [name for name in shapes if name not in names]
        if unknown:
            rule = f"name arguments of the QNode ({', '.join(names)})"
            raise ValueError(requirement("weight_shapes", rule, f"it names `{unknown[0]}`"))
        if taken := sorted(self.taken() & shapes.keys()):
            rule = "leave the layer's own names alone"
            received, fix = f"it names a weight `{taken[0]}`", "Rename that argument of the QNode."
            raise ValueError(requirement("weight_shapes", rule, received, fix))
        data = tuple(name for name in names if name not in shapes)
        initial = (
            init_method if isinstance(init_method, Mapping) else dict.fromkeys(shapes, init_method)
        )
        shots = qnode.shots.total_shots
        choice = Choice(qnode.device, shots, None, str(qnode.diff_method))
        self._assemble(QNodeCircuit(qnode, data, shapes), initial, choice)

    @classmethod
    def taken(cls) -> frozenset[str]:
        """Return the names that a layer has for something else, which no weight can have."""
        return frozenset(dir(cls)) | vars(nn.Module()).keys() | set(_ATTRIBUTES)

    @classmethod
    def assembled(cls, circuit: Circuit, initial: Mapping[str, Any], choice: Choice) -> HybridLayer:
        """Return a layer of a :class:`~qaimagic.layers.circuits.Circuit`; see ``quantum``."""
        layer = cls.__new__(cls)
        layer._assemble(circuit, initial, choice)
        return layer

    def _assemble(self, circuit: Circuit, initial: Mapping[str, Any], choice: Choice) -> None:
        nn.Module.__init__(self)
        self.circuit = circuit
        self.runner = Runner(choice)
        self._initial = dict(initial)
        self._angles_checked = False
        for name, shape in circuit.shapes.items():
            start = initial_weight(name, shape, self._initial.get(name))
            self.register_parameter(name, nn.Parameter(start))

    def forward(self, *data: Any, **named: Any) -> Any:
        """Run the circuit for every sample.

        Args:
            *data: A tensor of shape (..., n_features) for each data argument, in order.
            **named: The same by name.

        Returns:
            A tensor of shape (..., n_outputs); for counts a list of dictionaries.
        """
        if torch.compiler.is_compiling():
            return torch.compiler.disable(self._answer)(*data, **named)  # type: ignore[no-untyped-call]
        return self._answer(*data, **named)

    def _answer(self, *data: Any, **named: Any) -> Any:
        batch = gather(self.name, self.data_names, data, named, self._widths())
        weights = {name: getattr(self, name) for name in self.circuit.shapes}
        dtype = batch.dtype or next(iter(weights.values()), torch.empty(0)).dtype
        for name, weight in weights.items():
            if weight.dtype is not dtype:
                weights[name] = weight.to(dtype)
        if batch.size == 0:
            return of_nothing(self.n_outputs or 0, weights, batch)
        answers = self.circuit.run(batch.rows, weights, self.runner.job(self.circuit))
        self._check_angles(batch)
        if isinstance(answers, Tensor):
            return batch.unflatten(answers)
        return joined(answers, self.circuit.probe().tape.measurements, batch, dtype)

    def gradient_problem(
        self,
        data: Sequence[Any],
        method: str,
        *,
        inputs: bool,
        device: Any = None,
        shots: int | None = None,
        seed: int | None = None,
    ) -> Problem:
        """Return the circuits that `qaimagic.gradients` differentiates, and how they would run.

        Args:
            data: A tensor of shape (..., n_features) for each data argument, in order.
            method: The gradient method.
            inputs: Whether to differentiate by the data as well.
            device: Where they run; by default where the layer runs.
            shots: The number of shots; by default as the layer runs.
            seed: The seed of the shots; by default the layer's.

        Raises:
            DeviceError: If the device lacks the method, or cannot combine it with shots.
        """
        batch = gather(self.name, self.data_names, data, {}, self._widths())
        weights = {name: getattr(self, name) for name in self.circuit.shapes}
        choice = replace(self.runner.choice, diff_method=method)
        with override(device, shots=shots, seed=seed):
            return problem_of(self.circuit, batch, weights, choice, inputs=inputs)

    def supersede(self) -> None:
        """Mark this layer and its copies as old: another one was declared under their name."""
        self.circuit.superseded = True

    def new(self) -> HybridLayer:
        """Return a layer of the same circuit with weights and history of its own."""
        return type(self).assembled(self.circuit, self._initial, self.runner.choice)

    def without_entanglers(self) -> HybridLayer:
        """Return a layer of the same circuit without its gates on two or more wires.

        Templates are taken apart into gates first. Weights have the same names and shapes; those
        of gates that are left out change nothing. What such a layer cannot do, entanglement did.

        Raises:
            CircuitError: If the circuit begins in a state that may be entangled.

        Example:
            >>> from qaimagic import quantum
            >>> @quantum
            ... def bell(inputs):
            ...     qml.RY(inputs[0], wires=0)
            ...     qml.CNOT(wires=[0, 1])
            ...     return qml.expval(qml.Z(1))
            >>> bell.without_entanglers()(torch.tensor([[torch.pi]]))
            tensor([[1.]])
        """
        circuit = product_circuit(self.circuit)
        return type(self).assembled(circuit, self._initial, self.runner.choice)

    def reset_parameters(self) -> None:
        """Draw the weights anew, as at the declaration."""
        with torch.no_grad():
            for name, shape in self.circuit.shapes.items():
                getattr(self, name).copy_(initial_weight(name, shape, self._initial.get(name)))

    def summary(self) -> str:
        """Return one line: wires, weights, outputs, device."""
        count = sum(parameter.numel() for parameter in self.parameters())
        shapes = ", ".join(f"{name} {shape}" for name, shape in self.weight_shapes.items())
        grows = self.circuit.probe().wires_grow
        wires = "wires as the data need" if grows else _plural(self.n_wires, "wire")
        n_outputs = None if grows else self.n_outputs
        outputs = "" if n_outputs is None else f" · {_plural(n_outputs, 'output')}"
        shots = self.shots
        sampled = "" if shots is None else f" with {shots} shots"
        if self._lacks_shots():
            sampled = "; samples and counts need shots: `--shots 1000`, or `shots=1000` in Python"
        return (
            f"{self.name}: {wires} · {_plural(count, 'weight')}"
            f"{f' ({shapes})' if shapes else ''}{outputs} · on {self.device_name}{sampled}"
        )

    def extra_repr(self) -> str:
        """Return what ``print(model)`` shows in the brackets."""
        return self.summary()

    def _check_angles(self, batch: Batch) -> None:
        if self._angles_checked or batch.size < 2:
            return
        if torch._C._functorch.peek_interpreter_stack() is None:
            self._angles_checked = True
            warn_of_wrapped_angles(self.diagram(), batch)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
