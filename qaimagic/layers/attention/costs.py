"""What attention by overlaps costs on a machine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qaimagic._checks import need

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class AttentionCosts:
    r"""What the scores of one sequence cost, modelled; nothing has run.

    An overlap F of N shots is known to :math:`\sqrt{F (1 - F) / N} \le 1 / (2 \sqrt{N})`. The swap
    test, which reads one wire, is known to :math:`\sqrt{(1 - F^2) / N}`.

    Attributes:
        tokens: The length T of the sequence.
        heads: The number of heads H.
        n_wires: Wires of a circuit.
        epsilon: The standard error that a score may have.
        circuits: How many pairs are compared, :math:`H T^2`.
        causal_circuits: As many as a causal mask leaves, :math:`H T (T + 1) / 2`.
        gradient_circuits: How many more a gradient by shifts takes, two for each angle.
        states: How many states there are, :math:`2 H T`: a simulator needs no more.
        shots: Shots of a circuit that are enough whatever the overlap is.
        swap_wires: Wires of the swap test.
        swap_shots: Shots of the swap test that are enough whatever the overlap is.
        two_qubit_gates: Gates on two wires of a circuit.
        two_qubit_depth: How many of them wait for each other.
        multiplications: What the twin's scores take, :math:`H T^2 n`.
    """

    tokens: int
    heads: int
    n_wires: int
    epsilon: float
    circuits: int
    causal_circuits: int
    gradient_circuits: int
    states: int
    shots: int
    swap_wires: int
    swap_shots: int
    two_qubit_gates: int
    two_qubit_depth: int
    multiplications: int

    @property
    def text(self) -> str:
        """The costs in one line."""
        return (
            f"{self.tokens} tokens: {self.circuits:,} circuits of {self.n_wires} wires, "
            f"{self.causal_circuits:,} behind a causal mask, and {self.gradient_circuits:,} for a "
            f"gradient by shifts, with {self.two_qubit_gates} gates on two wires and "
            f"{self.shots:,} shots each for scores to {self.epsilon:g} (modelled); "
            f"simulated {self.states:,} states; classical {self.multiplications:,} multiplications"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each way to know the scores.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pandas = need("pandas", "Costs as a DataFrame", "frames")
        undone = ("undone states", self.n_wires, self.circuits, self.shots)
        swapped = ("swap test", self.swap_wires, self.circuits, self.swap_shots)
        simulated = ("simulated states", self.n_wires, self.states, 1)
        rows = [(*row, row[2] * row[3]) for row in (undone, swapped, simulated)]
        frame: pd.DataFrame = pandas.DataFrame(
            rows, columns=["way", "wires", "circuits", "shots each", "runs"]
        )
        return frame

    def __repr__(self) -> str:
        return self.text


def shots_for(scale: float, epsilon: float, *, is_swapped: bool = False) -> int:
    """Return how many shots know a score to a standard error, whatever the overlap is.

    Args:
        scale: What an overlap is multiplied by.
        epsilon: The standard error of the score.
        is_swapped: Whether the swap test is used, which needs four times as many.

    Example:
        >>> shots_for(1.0, 0.01), shots_for(1.0, 0.01, is_swapped=True)
        (2500, 10000)
    """
    spread = abs(scale) * (1.0 if is_swapped else 0.5)
    return max(1, math.ceil((spread / epsilon) ** 2 * (1 - 1e-12)))
