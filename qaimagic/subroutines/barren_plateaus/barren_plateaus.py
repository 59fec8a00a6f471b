"""``barren_plateaus``: how large the slopes of a circuit are, wire by wire.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_int, check_several, check_shots, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.barren_plateaus.result import PlateauResult

ANSATZE = ("layered", "product")
COSTS = ("global", "local", "ising")
STARTS = ("random", "small angles", "identity blocks", "layerwise")
_BY_BLOCKS = ("identity blocks", "layerwise")
_MOST_WIRES = 20
_MOST_ROTATIONS = 10**7


def barren_plateaus(
    ansatz: str | Callable[[int], Any] = "layered",
    *,
    costs: str | Sequence[str] = ("global", "local"),
    starts: str | Sequence[str] = ("random",),
    wires: Sequence[int] = (2, 4, 6, 8),
    n_blocks: int | None = None,
    n_samples: int = 1000,
    n_steps: int = 0,
    n_starts: int = 20,
    shots: int | None = None,
    seed: int = 0,
) -> PlateauResult:
    r"""Measure how slopes vanish with the number of wires, for costs and for starts.

    .. math:: \mathrm{E}\Bigl[\Bigl(\frac{\partial C}{\partial \theta_k}\Bigr)^2\Bigr], \quad
        C_{global} = 1 - \langle |0 \dots 0\rangle\langle 0 \dots 0| \rangle, \quad
        C_{local} = 1 - \frac{1}{n} \sum_i \langle |0\rangle\langle 0|_i \rangle, \quad
        C_{ising} = -\frac{1}{n} \Bigl\langle \sum_i Z_i Z_{i+1} + \sum_i X_i \Bigr\rangle

    The mean square of a derivative over all starts and weights is its variance where slopes are
    0 in the mean, as they are for uniform angles. On a barren plateau it falls by a factor with
    each wire, and a machine needs so many times more shots to see a slope. Thousands of starts
    are rows of one batch of the engine.

    ``"layered"`` turns all wires by RY(pi/4), and goes on with blocks of rotations and ladders of
    CZ, whose second half can undo the first; ``"product"`` is one RY on each wire. A circuit
    scrambles with its depth, and then a local cost has a plateau as well. Of the remedies, a local
    cost suits shallow circuits and the other starts suit deep ones: ``"small angles"`` are normal,
    ``"identity blocks"`` random but undone within each block, ``"layerwise"`` begins with one
    random block and adds the others at 0. Larger slopes at the start promise no success:
    ``n_steps`` trains.

    Args:
        ansatz: ``"layered"``, ``"product"``, or a function that takes a number of wires and
            returns a layer, or the body of one, with weights, without data, and with one
            expectation value: its own cost.
        costs: Of ``"global"``, ``"local"`` and ``"ising"``; not for a function's circuits.
        starts: Of ``"random"``, uniform over the circle, and the remedies.
        wires: The numbers of wires, ascending, 20 at most.
        n_blocks: How many blocks ``"layered"`` has; by default as many as wires.
        n_samples: How many starts each mean is over, 2 at least.
        n_steps: How many steps of Adam to train with the most wires; none by default.
        n_starts: From how many starts.
        shots: Shots of each circuit in training, whose noise on slopes is modelled; None for exact
            slopes.
        seed: Decides the starts.

    Returns:
        Mean squares with standard errors, closed forms beside them where there are any, and the
        factor by which they fall with each wire. After an interrupt, the wires before it.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, a name is unknown, or a start needs blocks that
            the circuit has not.
        CircuitError: If a body fails, takes data or returns no one expectation value.

    Example:
        >>> import qaimagic
        >>> result = qaimagic.barren_plateaus("product", costs="global", wires=(2, 4))
        >>> [round(point.expected, 5) for point in result.points]
        [0.04688, 0.00659]

    References:
        McClean et al., Nature Communications 9 (2018) 4812, doi:10.1038/s41467-018-07090-4;
        Cerezo et al., Nature Communications 12 (2021) 1791, doi:10.1038/s41467-021-21728-w (costs);
        Grant et al., Quantum 3 (2019) 214, arXiv:1903.05076 (identity blocks);
        Skolik et al., Quantum Machine Intelligence 3 (2021) 5, arXiv:2006.14904 (layerwise);
        Zhang et al., NeurIPS 2022, arXiv:2203.09376 (small angles).
    """
    asked_costs, asked_starts = _names("costs", costs, COSTS), _names("starts", starts, STARTS)
    counts = [
        check_int("wires", number, minimum=1)
        for number in check_several("wires", wires, "numbers of wires")
    ]
    if not counts or any(b <= a for a, b in pairwise(counts)):
        rule = "be numbers of wires, ascending"
        raise ValueError(requirement("wires", rule, f"they are {counts}"))
    if counts[-1] > _MOST_WIRES:
        rule, fix = f"be {_MOST_WIRES} at most", "A state has twice the numbers with each wire."
        raise ValueError(requirement("wires", rule, f"one is {counts[-1]}", fix))
    blocks = counts[-1] if n_blocks is None else check_int("n_blocks", n_blocks, minimum=1)
    if check_int("n_samples", n_samples, minimum=2) * blocks * counts[-1] > _MOST_ROTATIONS:
        rule = f"be {_MOST_ROTATIONS // (blocks * counts[-1]):,} at most for {blocks:,} blocks"
        received = f"it is {n_samples}"
        raise ValueError(requirement("n_samples", rule, received, "All angles are held at once."))
    check_int("n_steps", n_steps, minimum=0)
    check_int("n_starts", n_starts, minimum=1)
    shots = check_shots(shots)
    check_int("seed", seed, minimum=0)
    if not callable(ansatz):
        check_choice("ansatz", ansatz, ANSATZE)
    for start in asked_starts:
        if start in _BY_BLOCKS and ansatz != "layered":
            received = f"`{start}` needs blocks, which only `layered` has"
            raise ValueError(requirement("starts", "suit the circuit", received))
    from qaimagic.subroutines.barren_plateaus.families import families_of
    from qaimagic.subroutines.barren_plateaus.measuring import Setting, measure

    families = families_of(ansatz, asked_costs, n_blocks)
    setting = Setting(n_samples, n_steps, n_starts, shots, seed)
    return measure(families, asked_starts, counts, setting)


def _names(name: str, value: str | Sequence[str], known: tuple[str, ...]) -> list[str]:
    words = [value] if isinstance(value, str) else check_several(name, value, "names")
    for word in words:
        check_choice(name, word, known)
    if not words or len(set(words)) < len(words):
        raise ValueError(requirement(name, "be different names, one at least", f"it is {words}"))
    return words
