"""A circuit trained until its state solves a system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.unitaries import unitary_of
from qaimagic.devices import override
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.linear_systems.ansatz import Ansatz
from qaimagic.subroutines.linear_systems.hadamard_tests import (
    HadamardTests,
    hadamard_tests,
    preparation_of,
    words_of,
)
from qaimagic.subroutines.linear_systems.prepared import Prepared
from qaimagic.subroutines.linear_systems.reading import solution_of
from qaimagic.subroutines.linear_systems.result import LinearSolution
from qaimagic.subroutines.linear_systems.system import LinearSystem
from qaimagic.subroutines.vqe.energies import Setting
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.minimize import minimize
from qaimagic.training.run import TrainingRun

_STILL = 3
_STEPS, _STEPS_BY_TESTS = 200, 100
_RATE_BY_TESTS = 0.5


@dataclass(frozen=True)
class Trained:
    """What training left.

    Attributes:
        cost: The local cost at the last weights, measured anew.
        scale: What the state is multiplied by to be x.
        scale_error: How far that scatters.
        cost_error: How far the cost scatters; 0 for exact answers.
        circuits: How many circuits ran.
        run: The record.
    """

    cost: float
    scale: complex
    scale_error: float
    cost_error: float
    circuits: int
    run: TrainingRun


def local_cost(system: LinearSystem) -> Callable[[Tensor], Tensor]:
    r"""Return the local cost of a state, as a function that torch differentiates.

    .. math:: C = \frac{1}{n} \sum_j \frac{\| P_j U^\dagger A \psi \|^2}{\| A \psi \|^2}

    with :math:`P_j` onto 1 on wire j.
    """
    n = len(system.wires)
    prepares = unitary_of(preparation_of(system), system.wires)
    turned = torch.as_tensor(prepares.conj().T @ system.fitted)
    ones = torch.tensor([i.bit_count() for i in range(2**n)], dtype=torch.float64) / n

    def cost(state: Tensor) -> Tensor:
        weights = (turned @ state).abs().square()
        return (ones * weights).sum() / weights.sum()

    return cost


def _lbfgs(parameters: list[Tensor], lr: float) -> torch.optim.Optimizer:
    """Return L-BFGS that does not rest before rounding: costs go down to squared errors."""
    return torch.optim.LBFGS(
        parameters,
        lr=lr,
        max_iter=10,
        history_size=50,
        tolerance_grad=1e-14,
        tolerance_change=1e-20,
        line_search_fn="strong_wolfe",
    )


def train_exactly(
    system: LinearSystem, state: HybridLayer, setting: Setting, goal: float
) -> Trained:
    """Train a state on the simulator; with the default optimizer until the cost is low enough."""
    cost, stands_still = local_cost(system), setting.opt is None

    def loss() -> Tensor:
        now = cost(state().reshape(-1))
        return now.clamp(min=goal) if stands_still else now

    run = minimize(
        loss,
        {"vqls": state},
        steps=setting.steps or _STEPS,
        opt=setting.opt or _lbfgs,
        lr=(1.0 if stands_still else 0.1) if setting.lr is None else setting.lr,
        device=setting.device,
        seed=setting.seed,
        patience=_STILL if stands_still else None,
        live=setting.live,
    )
    with override(setting.device), torch.no_grad():
        found = state().reshape(-1)
    image = system.fitted @ found.numpy()
    scale = np.vdot(image, system.right) / np.vdot(image, image).real
    return Trained(float(cost(found)), complex(scale), 0.0, 0.0, state.circuits, run)


def train_by_tests(tests: HadamardTests, system: LinearSystem, setting: Setting) -> Trained:
    """Train by Hadamard tests, on any device."""
    rate = _RATE_BY_TESTS if setting.opt is None else 0.1
    run = minimize(
        tests,
        {"vqls": tests},
        steps=setting.steps or _STEPS_BY_TESTS,
        opt=setting.opt or "SPSA",
        lr=rate if setting.lr is None else setting.lr,
        device=setting.device,
        shots=setting.shots,
        seed=setting.seed,
        live=setting.live,
    )
    asked = override(setting.device, shots=setting.shots)
    with asked, Stream(derive(setting.seed, "cost")):
        cost, error, under, under_error = tests.measured(setting.shots)
    norm = float(np.linalg.norm(system.right))
    scale = norm / np.sqrt(under)
    spread = scale * under_error / (2 * under)
    return Trained(cost, complex(scale), float(spread), error, tests.circuits, run)


def solve(
    system: LinearSystem,
    ansatz: Ansatz,
    setting: Setting,
    epsilon: float,
    *,
    exactly: bool,
    start: float,
) -> LinearSolution:
    """Train a circuit, and return its state as a solution beside numpy's.

    Args:
        system: What is to be solved.
        ansatz: The circuit.
        setting: How it is trained.
        epsilon: The relative error that the cost is to guarantee.
        exactly: Whether the engine has the state itself.
        start: When all this began.
    """
    n, condition = len(system.wires), system.condition
    goal = (epsilon / condition) ** 2 / n
    with Stream(derive(setting.seed, "weights")):
        state = ansatz.layer(qml.state, list(system.wires))
    words = words_of(system)
    _, tests = hadamard_tests(words, list(system.wires))
    if exactly:
        trained = train_exactly(system, state, setting, goal)
    else:
        trained = train_by_tests(HadamardTests(system, ansatz, state), system, setting)
    bound = condition * _residual(trained, n, exactly=exactly)
    weights = {name: weight.detach().numpy() for name, weight in state.named_parameters()}
    with qml.queuing.AnnotatedQueue() as queue:
        ansatz.body(**weights)
    prepared = Prepared(
        gates=qml.tape.QuantumScript.from_queue(queue).operations,
        flags={},
        wires=system.wires,
        scale=trained.scale,
        scale_error=trained.scale_error,
        device=setting.device,
        shots=setting.shots,
        seed=derive(setting.seed, "shots"),
    )
    notes = (
        f"local cost {trained.cost:.2g} after {len(trained.run.history.losses)} steps",
        f"{len(words)} Pauli word{'s' * (len(words) != 1)}: "
        f"{len(tests)} Hadamard tests for each cost on a machine",
    )
    return solution_of(
        "vqls",
        system,
        prepared,
        bound=bound,
        start=start,
        notes=notes,
        warnings=_warnings(trained, bound, epsilon),
        circuits=trained.circuits + 1,
        run=trained.run,
    )


def _residual(trained: Trained, n: int, *, exactly: bool) -> float:
    """Return the largest relative residual that a cost allows, two of its standard errors up.

    The global cost is n times the local one at most, and the square of the residual of the best
    multiple of the state. By tests the multiple is only the one whose image is as long as b.
    """
    highest = np.clip(n * (trained.cost + 2 * trained.cost_error), 0.0, 1.0)
    return float(np.sqrt(highest if exactly else 2 * (1 - np.sqrt(1 - highest))))


def _warnings(trained: Trained, bound: float, epsilon: float) -> tuple[str, ...]:
    warnings = []
    if trained.run.stop_reason == "interrupted":
        warnings.append("Interrupted: the solution is that of the weights so far.")
    if not bound <= epsilon:
        warnings.append(
            f"The cost guarantees an error of {bound:.2g} at most, not the {epsilon:g} asked for."
        )
    return tuple(warnings)
