"""What a result's precision would take, by laws of shots and queries."""

from __future__ import annotations

import math

from qaimagic._checks import check_number


class Modelled:
    """A result that knows what a given error would take.

    Attributes:
        shot_scale: Shots times the square of the standard error.
        query_scale: Queries of amplitude estimation times the error.
    """

    shot_scale: float
    query_scale: float

    def shots_for(self, epsilon: float) -> int:
        """Return how many shots a standard error takes at most; modelled, as 1 / epsilon^2.

        Args:
            epsilon: The standard error, in the unit of what was estimated.
        """
        return math.ceil(self.shot_scale / check_number("epsilon", epsilon, above=0) ** 2)

    def queries_for(self, epsilon: float) -> int:
        """Return how many queries amplitude estimation takes at most; modelled, as 1 / epsilon.

        A query prepares the states, or undoes it, and queries follow each other in one circuit.

        Args:
            epsilon: The error, in the unit of what was estimated.
        """
        return math.ceil(self.query_scale / check_number("epsilon", epsilon, above=0))
