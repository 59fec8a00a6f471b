"""Fractional powers of gates: the principal ones, as PennyLane takes of their matrices."""

from __future__ import annotations

from numbers import Real
from typing import Any

import pennylane as qml
from pennylane.ops.functions import bind_new_parameters

from qaimagic.bridge.lowering.errors import NotNativeError
from qaimagic.bridge.lowering.lower import is_principal, is_scalable
from qaimagic.bridge.lowering.matrices import IsConstant, constant_unitary


def fractional_power(operation: Any, is_constant: IsConstant) -> list[Any]:
    r"""Return a ``Pow`` as its base with other angles, or by its matrix.

    The power :math:`z` of a rotation by :math:`\theta` is one by :math:`z\theta` until an
    eigenvalue's phase leaves :math:`\pm\pi`. Beyond, ``default.qubit`` answers by :math:`z\theta`
    if the angle asks for a gradient, and by the matrix otherwise. So is it here; a parameter of
    which that is not known is left to it.

    Raises:
        NotNativeError: If it is not known exactly.
    """
    base, power = operation.base, operation.z
    is_trained = any(map(qml.math.requires_grad, base.data))
    if base.data and is_scalable(base) and (is_trained or is_principal(operation)):
        return [bind_new_parameters(base, [power * value for value in base.data])]
    if not isinstance(power, Real):
        raise NotNativeError(f"the power of `{base.name}` is no number")
    return constant_unitary(operation, is_constant)
