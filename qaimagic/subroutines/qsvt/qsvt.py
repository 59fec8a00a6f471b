"""``qsvt``: a polynomial of a matrix's singular values, by a circuit that calls its block encoding.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_shots, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.qsvt.polynomial import Polynomial
    from qaimagic.subroutines.qsvt.result import QSVTResult


def qsvt(
    matrix: Any,
    polynomial: Polynomial,
    *,
    vector: Any = None,
    method: str | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
) -> QSVTResult:
    r"""Make a polynomial of a matrix's singular values: the quantum singular value transformation.

    .. math:: A = \alpha \, W \Sigma V^\dagger \;\to\;
        \begin{cases} W P(\Sigma) V^\dagger & P \text{ odd} \\
        V P(\Sigma) V^\dagger & P \text{ even} \end{cases}

    Of a Hermitian matrix that is P of its eigenvalues, and P may have both parts. The circuit calls
    the matrix's block encoding as often as the degree says. Between the calls it turns one more
    wire, which leaves the real part; a polynomial of both parities takes another one. The answer
    is there where all auxiliary wires read 0, and how often they do is part of its cost.

    Args:
        matrix: Shape (m, n), of any kind, or an operator of PennyLane, put into the corner of a
            unitary; or a block encoding from ``qaimagic.block_encode``.
        polynomial: One of ``qaimagic.polynomials``.
        vector: A state that the circuit begins in, before normalisation, shape (n,); what it takes
            to prepare is not counted. Without one, all basis states are simulated.
        method: How the matrix is encoded, as in ``qaimagic.block_encode``.
        device: Where the vector's circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        What the circuit makes of the values and of the vector, beside numpy's answer.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the matrix is zero or not finite, the vector does not fit, the polynomial has
            both parities and the matrix is not Hermitian, or shots have no vector to run on.
        ArithmeticError: If the polynomial's angles do not converge.
        DeviceError: If there is no such device, or it cannot do what is asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> from qaimagic import polynomials
        >>> flipped = qaimagic.qsvt([[0.2, 0.1], [0.1, -0.4]], polynomials.sign(0.2))
        >>> flipped.transformed.round(2).tolist()
        [-1.0, 1.0]

    References:
        Gilyen, Su, Low, Wiebe, STOC 2019, arXiv:1806.01838;
        Martyn, Rossi, Tan, Chuang, PRX Quantum 2 (2021) 040203, arXiv:2105.02859.
    """
    from qaimagic.subroutines.matrices.reading import read_vector
    from qaimagic.subroutines.qsvt.polynomial import Polynomial
    from qaimagic.subroutines.qsvt.reading import encoding_of, spectrum_for
    from qaimagic.subroutines.qsvt.solving import solve

    encoding = encoding_of(matrix, method)
    if not isinstance(polynomial, Polynomial):
        rule = "be one of `qaimagic.polynomials`"
        raise TypeError(requirement("polynomial", rule, f"it is {type(polynomial).__name__}"))
    spectrum = spectrum_for(encoding, polynomial)
    shots = check_shots(shots)
    check_int("seed", seed, minimum=0)
    if vector is None and (device is not None or shots is not None):
        fix = "Without one, all basis states are simulated, and nothing is sent to a device."
        raise ValueError(requirement("vector", "be given for a device or shots", "it is None", fix))
    state = None
    if vector is not None:
        state = read_vector("vector", vector, encoding.matrix.shape[1])
    with nullcontext() if budget is None else spending(budget):
        return solve(encoding, polynomial, spectrum, state, device=device, shots=shots, seed=seed)
