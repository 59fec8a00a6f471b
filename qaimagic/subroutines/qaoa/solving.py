"""From a problem to a result: the circuit is set up, trained, and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pennylane as qml
import torch
from torch import Tensor, optim

from qaimagic._checks import requirement
from qaimagic.devices import Profile
from qaimagic.devices.annealers.spectrum import MOST
from qaimagic.devices.hardware.vendors import is_hardware
from qaimagic.errors import BudgetError, DeviceError
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.words import Words, words_of
from qaimagic.subroutines.qaoa.angles import Angles
from qaimagic.subroutines.qaoa.choice import mixer_of
from qaimagic.subroutines.qaoa.circuit import Ansatz
from qaimagic.subroutines.qaoa.costs import cvar
from qaimagic.subroutines.qaoa.reach import Reach, reach_of, scale_of
from qaimagic.subroutines.qaoa.reading import Reading, read_state
from qaimagic.training.events import Alarm
from qaimagic.training.minimize import minimize
from qaimagic.training.run import TrainingRun

_IN_DOUBLES = 16
"""The most wires that are trained in double precision, which line searches need."""
_PATIENCE = 3
_RATE = 0.05
_EVALUATIONS = 12
_ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class Setup:
    """What is to be done.

    Attributes:
        problem: What is minimised.
        ansatz: The circuit.
        reach: The energies of all states, or None where there are too many.
        alpha: The fraction of samples that counts.
    """

    problem: Problem
    ansatz: Ansatz
    reach: Reach | None
    alpha: float

    @classmethod
    def of(
        cls, problem: Problem, p: int, mixer: str, warm_start: Any, alpha: float, device: Any
    ) -> Setup:
        """Return the circuit for a problem, with all energies where they can be enumerated.

        Raises:
            ValueError: If the energy tells no states apart, or the mixer does not suit it.
            DeviceError: If there are too many variables.
        """
        n = len(problem.spins)
        words = words_of(problem)
        _check_words(words)
        _check_size(n, alpha, device)
        chosen = mixer_of(problem, mixer, warm_start)
        reach = reach_of(problem, chosen)
        return cls(problem, Ansatz(words, chosen, p, scale_of(words, n, reach)), reach, alpha)

    def layer(self, start: Angles, device: Any, shots: int | None, seed: int) -> HybridLayer:
        """Return the circuit as a layer with these angles, in units of the energy's scale.

        Raises:
            DeviceError: If the device has fewer wires.
        """
        n = len(self.problem.spins)
        measure = self.ansatz.energy() if self.alpha == 1 else qml.probs(wires=range(n))
        layer = self.ansatz.layer(measure, device=device, shots=shots, seed=seed)
        if (most := layer.runner.device_wires) is not None and most < n:
            raise DeviceError(
                f"Device `{layer.device_name}` has {most} wires, but the problem has {n} "
                "variables. `qaimagic.anneal` takes as many as you like."
            )
        if n <= _IN_DOUBLES:
            layer = layer.double()
        gamma, beta = map(torch.as_tensor, start)
        layer.load_state_dict({"gamma": gamma, "beta": beta})
        return layer

    def trained(
        self, layer: HybridLayer, opt: Any, lr: float | None, **options: Any
    ) -> TrainingRun:
        """Minimise the energy over a layer's angles, and return the record."""
        is_exact = not layer.runner.has_shots
        patience = None
        if opt is None and is_exact and len(self.problem.spins) <= _IN_DOUBLES:
            opt, lr, patience = _lbfgs, 1.0 if lr is None else lr, _PATIENCE
        elif opt is None:
            opt, lr = "Adam", _RATE if lr is None else lr
        run = minimize(
            self._loss(layer), {layer.name: layer}, opt=opt, lr=lr, patience=patience, **options
        )
        run.loss = "energy" if self.alpha == 1 else f"CVaR {self.alpha:g} of the energy"
        if is_exact:
            self._look_below(run)
        return run

    def read(self, layer: HybridLayer, reads: int, seed: int) -> Reading:
        """Return samples of the state that a layer prepares.

        Raises:
            BudgetError: If the budget does not allow them; tells the angles.
        """
        try:
            return read_state(self.problem, self.ansatz, layer, self.reach, reads, seed)
        except BudgetError as error:
            gammas, betas = (angles.tolist() for angles in self.angles(layer))
            fix = f"`steps=0` and `initial=({gammas}, {betas})` sample the state that was reached."
            raise BudgetError(f"{error} {fix}") from error

    def angles(self, layer: HybridLayer) -> Angles:
        """Return a layer's gammas, in the energy's inverse units, and its betas."""
        weights = layer.state_dict()
        gamma, beta = (weights[name].double().numpy().copy() for name in ("gamma", "beta"))
        return gamma / self.ansatz.scale, beta

    def _loss(self, layer: HybridLayer) -> Callable[[], Tensor]:
        if self.alpha == 1 or self.reach is None:
            return layer
        cost = cvar(self.reach.energies, self.alpha)
        return lambda: cost(layer())

    def _look_below(self, run: TrainingRun) -> None:
        """Sound an alarm where a cost lies below the exact ground energy, and no alarm does yet."""
        reach, losses = self.reach, run.history.losses
        if reach is None or not losses or any(a.kind == "below_ground_energy" for a in run.alarms):
            return
        lowest = min(losses)
        if lowest < reach.lowest - _ROUNDING * (reach.highest - reach.lowest):
            message = (
                f"The lowest cost, {lowest:.6g}, lies below the exact ground energy, "
                f"{reach.lowest:.6g}: no state has it. Mitigation that extrapolates does that. "
                "Do not report it as an energy."
            )
            step = losses.index(lowest) + 1
            run.history.alarms.append(Alarm(message, "below_ground_energy", step))


def _lbfgs(parameters: list[Tensor], lr: float) -> optim.Optimizer:
    """Return L-BFGS that searches along one line a step."""
    return optim.LBFGS(
        parameters, lr=lr, max_iter=1, max_eval=_EVALUATIONS, line_search_fn="strong_wolfe"
    )


def _check_words(words: Words) -> None:
    if not any(words):
        constant = words.get((), 0.0)
        received = f"its energy is {constant:g} for all of them"
        fix = "Every state is a solution."
        raise ValueError(requirement("problem", "tell states apart", received, fix))


def _check_size(n: int, alpha: float, device: Any) -> None:
    name = device.device if isinstance(device, Profile) else device
    is_machine = isinstance(name, str) and is_hardware(name) and alpha == 1
    if n > MOST and not is_machine:
        raise DeviceError(
            f"QAOA simulates at most {MOST} variables, but the problem has {n}. A machine takes as "
            "many as it has wires, without `cvar`; `qaimagic.anneal` as many as you like."
        )
