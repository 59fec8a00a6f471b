"""PennyLane's lightning.qubit with the adjoint method: one TorchLayer, sample by sample."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from benchmarks.engines import default_qubit
from benchmarks.engines.default_qubit import node
from benchmarks.engines.torch_steps import NotSupportedError, gram

LIBRARIES = ("PennyLane-Lightning", "PennyLane", "torch")


class Engine(default_qubit.Engine):
    """Lightning in the precision of the cell, its Jacobians taken by the device."""

    vector_products = False

    def make_node(self) -> qml.QNode:
        """Return the QNode; a state has no adjoint gradient."""
        precision = np.complex64 if self.dtype == torch.float32 else np.complex128
        wires = self.problem.n_wires
        device = qml.device("lightning.qubit", wires=wires, c_dtype=precision)
        if not self.problem.observables:
            return node(self.problem, device, diff_method=None)
        options = {"diff_method": "adjoint", "device_vjp": self.vector_products}
        return node(self.problem, device, **options)

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the layer's answer, or the Gram matrix of states got one by one."""
        if self.problem.observables:
            return super().answer(inputs, weights)
        if torch.is_grad_enabled():
            raise NotSupportedError("adjoint has no gradient of a state")
        return gram(torch.stack([torch.as_tensor(self.node(row, self.weights)) for row in inputs]))
