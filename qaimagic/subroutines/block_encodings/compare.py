"""``compare_encodings``: one matrix in the corners of several unitaries.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_number, check_several, requirement
from qaimagic.subroutines.block_encodings.block_encode import METHODS

if TYPE_CHECKING:
    from qaimagic.subroutines.block_encodings.comparison import EncodingComparison


def compare_encodings(
    matrix: Any, *, methods: Sequence[str] = METHODS, tolerance: float = 0.0
) -> EncodingComparison:
    r"""Encode a matrix by several methods.

    Args:
        matrix: As in :func:`block_encode`.
        methods: Which ones.
        tolerance: How large the error may be, in the spectral norm.

    Returns:
        The encodings side by side: subnormalisation, auxiliary wires, gates, depth, error.

    Raises:
        TypeError: As :func:`block_encode`.
        ValueError: As :func:`block_encode`, or if no method is named, or one twice.

    Example:
        >>> import qaimagic
        >>> comparison = qaimagic.compare_encodings([[2, -1], [-1, 2]])
        >>> {name: round(one.alpha, 3) for name, one in comparison.encodings.items()}
        {'dilation': 3.0, 'lcu': 3.0, 'fable': 4.0, 'sparse': 3.0}
    """
    asked = check_several("methods", methods, "names of methods")
    for method in asked:
        check_choice("methods", method, METHODS)
    if not asked or len(set(asked)) < len(asked):
        raise ValueError(requirement("methods", "be one at least, and differ", f"it is {asked}"))
    check_number("tolerance", tolerance, minimum=0)
    from qaimagic.subroutines.block_encodings.comparison import EncodingComparison
    from qaimagic.subroutines.block_encodings.methods import check_tolerance, encode, read_encodable

    given = read_encodable("matrix", matrix)
    check_tolerance(tolerance, given)
    return EncodingComparison({method: encode(given, method, tolerance) for method in asked})
