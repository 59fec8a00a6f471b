"""``qaoa``: bring an energy down by a layered circuit, and sample its state."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from collections.abc import Callable

    from qaimagic.subroutines.qaoa.result import QAOAResult
    from qaimagic.training.events import Listener


def qaoa(
    problem: Any,
    p: int = 1,
    *,
    mixer: str = "auto",
    initial: Sequence[Any] | QAOAResult | None = None,
    warm_start: Sequence[float] | Mapping[Any, int] | Any = None,
    cvar: float = 1.0,
    steps: int = 100,
    opt: str | Callable[..., Any] | None = None,
    lr: float | None = None,
    device: Any = None,
    shots: int | None = None,
    reads: int = 1000,
    seed: int = 0,
    budget: float | None = None,
    live: bool | Listener | None = None,
) -> QAOAResult:
    r"""Bring an energy of spins and bits down by a circuit of p layers.

    .. math:: |\gamma, \beta\rangle = e^{-i \beta_p B} e^{-i \gamma_p E} \cdots
        e^{-i \beta_1 B} e^{-i \gamma_1 E} |\text{start}\rangle, \qquad
        \min_{\gamma, \beta} \langle \gamma, \beta | E | \gamma, \beta \rangle

    with :math:`B = \sum_i X_i` and :math:`|+\rangle^{\otimes n}` for the mixer ``x``. The energy is
    minimised, so that good angles have :math:`\gamma > 0` and :math:`\beta < 0`; published ones for
    a cost that is maximised, :math:`C = -E`, need the sign of either. By default angles start from
    a ramp that is measured by the energy's scale.

    Args:
        problem: An energy of `spins` and `bits`, a problem, a dimod model, or a QUBO as a dict or a
            matrix.
        p: How many layers.
        mixer: ``"x"`` flips single variables. The others keep the rules of the problem's question
            whatever the angles: ``"xy"`` exchanges within groups of bits of which exactly one is 1,
            ``"controlled"`` flips bits whose neighbours are 0, ``"grover"`` is the reflection about
            all feasible states. ``"auto"`` is ``"xy"`` where such groups hold every variable,
            ``"controlled"`` where pairs must not both be 1, and else ``"x"``.
        initial: A pair of p gammas, in the energy's inverse units, and p betas to start from; or
            the result for fewer layers, which is interpolated.
        warm_start: What `anneal` found, a state by its labels, or for each variable the chance that
            a bit is 1 (a spin -1), as from a relaxation. The circuit starts near it.
        cvar: The fraction of samples, the lowest ones, whose mean energy is minimised.
        steps: How many updates at most; 0 evaluates the initial angles.
        opt: An optimizer as in `minimize`; by default L-BFGS with a line search until the energy
            falls no more, and Adam with shots or beyond 16 variables.
        lr: Its learning rate.
        device: Where the circuits run.
        shots: Shots for each circuit; by default answers are exact.
        reads: How many samples to draw of the final state.
        seed: Decides the shots and the samples.
        budget: What devices that are paid for may cost, in US dollars.
        live: False prints the same text at every run; see `minimize`.

    Returns:
        The samples, the angles, the layer, and what exact enumeration, annealing and guessing say.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, or the mixer does not suit the problem.
        DeviceError: If the device is unknown, or there are too many variables for it.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> s = qaimagic.spins(8)
        >>> ring = sum(s[i] * s[i - 1] for i in range(8))
        >>> answer = qaimagic.qaoa(ring, p=2, live=False)
        qaoa with 4 parameters; device qaimagic.qubit
        ...
        >>> round(answer.approximation_ratio, 4)
        0.8333

    References:
        Farhi, Goldstone, Gutmann (2014), arXiv:1411.4028; Zhou et al., Phys. Rev. X 10 (2020)
        021067, doi:10.1103/PhysRevX.10.021067 (interpolation); Barkoutsos et al., Quantum 4 (2020)
        256, doi:10.22331/q-2020-04-20-256 (CVaR); Hadfield et al., Algorithms 12 (2019) 34,
        arXiv:1709.03489, and Wang et al., Phys. Rev. A 101 (2020) 012320, arXiv:1904.09314 (mixers
        that keep rules); Bärtschi, Eidenbenz (2020), arXiv:2006.00354 (Grover's mixer); Egger,
        Mareček, Woerner, Quantum 5 (2021) 479, doi:10.22331/q-2021-06-17-479 (warm starts).
    """
    from qaimagic.subroutines.energies.problem import read
    from qaimagic.subroutines.qaoa.angles import start_of
    from qaimagic.subroutines.qaoa.result import QAOAResult
    from qaimagic.subroutines.qaoa.solving import Setup

    check_int("p", p, minimum=1)
    check_int("steps", steps, minimum=0)
    check_int("reads", reads, minimum=1)
    check_int("seed", seed, minimum=0)
    if check_number("cvar", cvar, above=0) > 1:
        raise ValueError(requirement("cvar", "be at most 1", f"it is {cvar:g}"))
    began = time.perf_counter()
    setup = Setup.of(read(problem), p, mixer, warm_start, cvar, device)
    layer = setup.layer(start_of(initial, p, setup.ansatz.scale), device, shots, seed)
    run = None
    with nullcontext() if budget is None else spending(budget):
        if steps:
            options = {"steps": steps, "seed": seed, "budget": budget, "live": live}
            run = setup.trained(layer, opt, lr, **options)
        reading = setup.read(layer, reads, seed)
    return QAOAResult.of(setup, layer, run, reading, time.perf_counter() - began)
