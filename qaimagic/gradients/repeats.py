"""Estimates the same gradient many times, from circuits that run once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qaimagic._checks import check_choice, check_int
from qaimagic.bridge.by_circuits import BY_CIRCUITS
from qaimagic.gradients import answers
from qaimagic.gradients.asking import asked_of, setting_for
from qaimagic.gradients.assembling import estimate_of, shares_of
from qaimagic.gradients.estimates import GradientEstimate
from qaimagic.gradients.methods import prepared


def repeated(
    layer: Any,
    *data: Any,
    repeats: int,
    shots: int,
    method: str = "parameter-shift",
    seed: int = 0,
    step: float | None = None,
    directions: int = 1,
    inputs: bool = True,
) -> Iterator[GradientEstimate]:
    """Yield many estimates, each with shots of its own, from circuits that run once.

    They run on the ideal engine, whose exact answers the shots are drawn from. SPSA's directions
    are drawn anew each time, and have circuits of their own.

    Args:
        layer: As in :func:`estimate`.
        *data: As in :func:`estimate`.
        repeats: How many estimates.
        shots: The number of shots for each circuit.
        method: ``"parameter-shift"``, ``"hadamard"``, ``"finite-diff"`` or ``"spsa"``.
        seed: The seed of the shots and of SPSA's directions.
        step: As in :func:`estimate`.
        directions: As in :func:`estimate`.
        inputs: As in :func:`estimate`.

    Raises:
        TypeError: As :func:`estimate`.
        ValueError: As :func:`estimate`.
        CircuitError: As :func:`estimate`.

    Example:
        >>> import qaimagic
        >>> @qaimagic.quantum
        ... def layer(theta: (2,)):
        ...     qml.RX(theta[0], wires=0)
        ...     qml.RY(theta[1], wires=0)
        ...     return qml.expval(qml.Z(0))
        >>> found = list(qaimagic.gradients.repeated(layer, repeats=10, shots=100))
        >>> len(found), found[0].shots, found[0].circuits
        (10, 100, 4)
    """
    check_choice("method", method, BY_CIRCUITS)
    check_int("repeats", repeats, minimum=1)
    check_int("shots", shots, minimum=2)
    asked = asked_of(layer, data, method, "qaimagic.qubit", shots, seed, inputs)
    setting = setting_for(asked, seed, step, directions)
    times = repeats if method == "spsa" else 1
    plans = prepared(asked, method, setting._replace(directions=times * setting.directions))
    machine = asked.device_for(answers.wires_of(plans, asked.wires or ()))
    exact_answers = answers.run(plans, machine, None)
    shares = shares_of(asked, plans)
    n_circuits = sum(plan.n_circuits for plan in plans) // times
    for repeat in range(repeats):
        own_shares, own = [], []
        for share, one in zip(shares, exact_answers, strict=True):
            size = len(one.readings) // times
            part = slice(repeat % times * size, repeat % times * size + size)
            own_shares.append({name: times * weights[:, part] for name, weights in share.items()})
            own.append(one.part(part).drawn(shots, setting.rng))
        yield estimate_of(asked, method, n_circuits, own_shares, own)
