"""PennyLane's lightning.qubit with the adjoint method and ``device_vjp=True``."""

from __future__ import annotations

from benchmarks.engines import lightning

LIBRARIES = lightning.LIBRARIES


class Engine(lightning.Engine):
    """As lightning, but the device returns vector-Jacobian products: one sweep for all outputs."""

    vector_products = True
