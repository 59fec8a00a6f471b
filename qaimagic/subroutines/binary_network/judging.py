"""How good weights are: their error and accuracies, and logistic regression's beside them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from torch import Tensor

from qaimagic.subroutines.binary_network.network import BinaryNetwork
from qaimagic.subroutines.binary_network.result import Share, Trained, successes
from qaimagic.subroutines.binary_network.solvers import Outcome
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.training.data.arrays import Arrays
from qaimagic.training.data.batches import Batch
from qaimagic.training.twin.linear import fit_linear


class Judge:
    """Judges what solvers found, all by the same data.

    Args:
        network: The network; it stays as it is.
        problem: Its mean squared error on the training data.
        sets: Inputs and classes of the training data and, where there are any, of the test data.
    """

    def __init__(
        self, network: BinaryNetwork, problem: Problem, sets: Sequence[tuple[Tensor, Tensor]]
    ) -> None:
        self.network = deepcopy(network)
        self.problem = problem
        self.sets = sets

    def judged(self, method: str, outcome: Outcome, optimum: float | None) -> Trained:
        """Return what a solver found with its error and its accuracies.

        Args:
            method: What the solver is called.
            outcome: What it found.
            optimum: The lowest error that there is; None for the solver that found it.
        """
        losses = self.problem.energies(outcome.weights)
        weights = outcome.weights[losses.argmin()]
        self.network.set_weights(weights)
        train, *test = (
            Share(int((self.network.predict(X) == y.numpy()).sum()), len(y)) for X, y in self.sets
        )
        losses.sort()
        return Trained(
            method=method,
            losses=losses,
            weights=weights,
            train=train,
            test=test[0] if test else None,
            success=None if optimum is None else successes(losses, optimum),
            evaluations=outcome.evaluations,
            circuits=outcome.circuits,
            auxiliary=outcome.auxiliary,
            seconds=outcome.seconds,
        )


def logistic_regression(sets: Sequence[tuple[Tensor, Tensor]]) -> tuple[Share, Share | None]:
    """Return its accuracies on the training data, to which it is fitted, and on the test data."""
    X, y = sets[0]
    fitted = fit_linear("binary", Arrays((X,), y), 1)
    assert fitted is not None
    predict = fitted[2]
    train, *test = (
        Share(int(((predict(Batch((X,), None))[:, 0] >= 0) == (y > 0)).sum()), len(y))
        for X, y in sets
    )
    return train, test[0] if test else None
