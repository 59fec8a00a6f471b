"""A circuit of one shape, from its first weights to a result."""

from __future__ import annotations

import time

from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.vqe.energies import Setting, measure, size, train
from qaimagic.subroutines.vqe.hamiltonian import Hamiltonian
from qaimagic.subroutines.vqe.product_states import baseline_of
from qaimagic.subroutines.vqe.result import VQEResult


def solve(hamiltonian: Hamiltonian, layer: HybridLayer, setting: Setting) -> VQEResult:
    """Train a layer's energy, and return it beside the exact one and a classical one.

    Args:
        hamiltonian: What the layer measures.
        layer: The circuit.
        setting: How it is trained and measured.
    """
    start, before = time.perf_counter(), layer.circuits
    run = train(layer, setting)
    energy, error = measure(layer, setting)
    circuits = layer.circuits - before
    shots, depth = size(layer, setting)
    baseline = baseline_of(hamiltonian)
    return VQEResult(
        energy=energy,
        standard_error=error,
        exact_energy=hamiltonian.ground_energy,
        baseline_energy=baseline.energy,
        baseline=baseline.name,
        run=run,
        layer=layer,
        operators=(),
        hamiltonian=hamiltonian,
        circuits=circuits,
        shots=shots,
        depth=depth,
        seconds=time.perf_counter() - start,
        stop_message=run.stop_message,
    )
