"""tensorcircuit-ng with JAX: one sample's function, vmapped over the batch and compiled by jit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import tensorcircuit as tc

from benchmarks.circuits import Numbers, Problem

LIBRARIES = ("tensorcircuit-ng", "jax")
COMPILES = True
METHODS = {"Rot": "u", "ZZ": "rzz"}
CODE = {"I": 0, "X": 1, "Y": 2, "Z": 3}


class Engine:
    """Two compiled functions: the answer, and the answer with its gradients."""

    def __init__(self, problem: Problem, numbers: Numbers, dtype: str) -> None:
        tc.set_backend("jax")
        tc.set_dtype("complex64" if dtype == "float32" else "complex128")
        self.inputs = jnp.asarray(numbers.inputs, dtype).reshape(problem.batch, problem.n_inputs)
        self.weights = jnp.asarray(numbers.weights, dtype)
        cotangent = jnp.asarray(numbers.cotangent, dtype)
        answer = _answer(problem)

        def weighted(inputs: Any, weights: Any) -> Any:
            values = answer(inputs, weights)
            return (values * cotangent).sum(), values

        self._forward = jax.jit(answer)
        self._step = jax.jit(jax.value_and_grad(weighted, argnums=(0, 1), has_aux=True))

    def forward(self) -> Any:
        """Return the answer."""
        return jax.block_until_ready(self._forward(self.inputs, self.weights))

    def step(self) -> tuple[Any, Any, Any]:
        """Return the answer, and the gradients of its weighted sum by inputs and weights."""
        outcome = jax.block_until_ready(self._step(self.inputs, self.weights))
        (_, values), (by_inputs, by_weights) = outcome
        return values, by_inputs, by_weights


def _answer(problem: Problem) -> Callable[[Any, Any], Any]:
    """Return the function of a batch, (B, n_inputs) and (n_weights,) to the answer."""
    measured = [_measured(problem, terms) for terms in problem.observables]

    def one(row: Any, weights: Any) -> Any:
        circuit = _circuit(problem, row, weights)
        if not measured:
            return circuit.state()
        return jnp.stack([jnp.real(measure(circuit)) for measure in measured])

    def batch(inputs: Any, weights: Any) -> Any:
        if problem.batch == 1:
            out = one(inputs[0], weights)[None]
        else:
            out = jax.vmap(one, (0, None))(inputs, weights)
        return out if measured else jnp.abs(out.conj() @ out.T) ** 2

    return batch


def _circuit(problem: Problem, row: Any, weights: Any) -> Any:
    circuit = tc.Circuit(problem.n_wires)
    for gate in problem.gates:
        angles = [
            factor * (row[k] if source == "input" else weights[k])
            for source, k, factor in gate.angles
        ]
        names = ("lbd", "theta", "phi") if gate.name == "Rot" else ("theta",)
        options = dict(zip(names, angles, strict=False))
        method = getattr(circuit, METHODS.get(gate.name, gate.name.lower()))
        method(*gate.wires, **options)
    return circuit


def _measured(problem: Problem, terms: Any) -> Callable[[Any], Any]:
    """Return the measurement of a sum of words: itself if it is one, else as a sparse matrix."""
    if len(terms) == 1:
        ((value, word),) = terms
        places = {
            letter: [wire for wire, each in word if each == letter.upper()] for letter in "xyz"
        }
        return lambda circuit: value * circuit.expectation_ps(**places)
    rows = [[0] * problem.n_wires for _ in terms]
    for row, (_, word) in zip(rows, terms, strict=True):
        for wire, letter in word:
            row[wire] = CODE[letter]
    matrix = tc.quantum.PauliStringSum2COO(rows, [value for value, _ in terms])
    return lambda circuit: tc.templates.measurements.operator_expectation(circuit, matrix)
