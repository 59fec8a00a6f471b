"""From vectors to their inner product: loaded, measured, and put beside numpy's."""

from __future__ import annotations

import time

import numpy as np

from qaimagic.subroutines.matrices.fitting import n_wires_for, padded_vector
from qaimagic.subroutines.matrices.reading import Vector, is_real
from qaimagic.subroutines.matrix_products.inner_result import InnerProductResult
from qaimagic.subroutines.matrix_products.measuring import Pairs, clocked
from qaimagic.subroutines.matrix_products.running import Running


def inner(a: Vector, b: Vector, method: str, running: Running) -> InnerProductResult:
    """Return an inner product by circuits, beside numpy's.

    Args:
        a: Shape (n,), not zero.
        b: Shape (n,), not zero.
        method: ``"hadamard"``, ``"swap"`` or ``"overlap"``.
        running: Where the circuits run.
    """
    start = time.perf_counter()
    are_real = is_real(a) and is_real(b)
    norms = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    left, right = (padded_vector(one)[None] / norm for one, norm in zip((a, b), norms, strict=True))
    pairs = Pairs(method, n_wires_for(len(a)), are_real, running)
    measured = pairs(left, right)
    seconds = time.perf_counter() - start
    depth, gates, loading = pairs.costs(left, right)
    test, both = pairs.tests[0], np.array([norms[0] * norms[1]])
    unit = float(both[0]) ** test.power
    exact = np.vdot(a.real, b.real) if are_real else np.vdot(a, b)
    return InnerProductResult(
        value=unit * measured.values[0].item(),
        standard_error=None if measured.errors is None else unit * measured.errors[0].item(),
        exact=exact.item() if test.power == 1 else float(abs(exact) ** 2),
        probabilities=tuple(measured.chances[0].tolist()),
        norms=norms,
        length=len(a),
        method=method,
        circuits=len(pairs.tests),
        shots=None if running.shots is None else running.shots * len(pairs.tests),
        wires=test.n_wires,
        depth=depth,
        gates=gates,
        loading=loading,
        shot_scale=pairs.shot_scale(both),
        query_scale=pairs.query_scale(both),
        device=running.device,
        is_ideal=running.is_ideal,
        seconds=seconds,
        numpy_seconds=clocked(lambda: np.vdot(a, b)),
    )
