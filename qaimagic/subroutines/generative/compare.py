"""``compare_generators``: generative models trained on the same data, and judged alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number

if TYPE_CHECKING:
    from qaimagic.subroutines.generative.result import GeneratorComparison


def compare_generators(
    models: Any,
    X: Any,
    *,
    X_test: Any = None,
    steps: int = 300,
    lr: float | Mapping[str, float] = 0.05,
    batch_size: int = 64,
    seeds: int | Sequence[int] = 3,
    twins: bool = True,
    samples: int = 1000,
    bandwidth: float | Sequence[float] | None = None,
    budget: float | None = None,
    live: bool | None = None,
) -> GeneratorComparison:
    r"""Train generative models on the same data, with fresh weights for each seed; judge all alike.

    All draw as many samples, whose squared maximum mean discrepancy from the data is measured. Of
    bits it is told as well how many of them occur in the data; and where a model knows its
    likelihood, the Kullback-Leibler divergence of the model p from the data q,

    .. math:: D(q \| p) = -H(q) - \frac{1}{m} \sum_i \ln p(x_i) .

    Beside them stand the data themselves, of which samples have a discrepancy too, and simple
    models that take no training. The models are left as they are. A run that fails is a row with
    its reason; an interrupt returns what was finished.

    Args:
        models: A generator, which is a module with ``training_loss(batch)``, ``sample(n)`` and
            ``reset_parameters()``; a function that returns a new one; a list of these, or a
            dictionary that names them. Those with ``log_likelihood(X)`` or ``probabilities()`` are
            judged by them as well.
        X: Data to learn, shape (m, d): zeros and ones, or real numbers.
        X_test: Further data, to be predicted, shape (m_test, d).
        steps: How many updates of the weights.
        lr: Learning rate of Adam, one for all or one for each model by name; a twin's is its
            model's if not given.
        batch_size: Samples in a step.
        seeds: How many seeds, counted from 0, or a list of seeds.
        twins: Whether to train beside each model that has a ``twin()`` that classical one.
        samples: How many samples each model is judged by.
        bandwidth: The width of the discrepancy's kernel, or several; 1 for bits if not given, and a
            quarter, a half and the whole of the median distance between samples for real numbers.
        budget: What devices that are paid for may cost in all runs together, in US dollars.
        live: False leaves the timings out of the lines that tell how far it is.

    Returns:
        Every model over all seeds, as a table, a picture and a line.

    Raises:
        TypeError: If an argument is of the wrong type, or a model is no generator.
        ValueError: If an argument does not fit, or a model cannot start from fresh weights.
        BudgetError: If a device is paid for, and the budget does not allow it.

    Example:
        >>> from qaimagic import BornMachine, compare_generators
        >>> from qaimagic.distributions import bars_and_stripes
        >>> X = bars_and_stripes(2)
        >>> result = compare_generators(BornMachine(4), X, steps=60, lr=0.1, seeds=2, live=False)
        1 of 4: BornMachine on qaimagic.qubit, lr 0.1, seed 0: training ...
        ...
        >>> result["BornMachine"].mean("kl").value < result["independent bits"].mean("kl").value
        True

    References:
        Gretton et al., J. Machine Learning Research 13 (2012) 723 (the discrepancy); Bowles,
        Ahmed, Schuld (2024), arXiv:2403.07059 (why a simple model stands beside).
    """
    from qaimagic.subroutines.generative.carrying_out import compared
    from qaimagic.subroutines.generative.data import Data

    check_int("steps", steps, minimum=1)
    check_int("samples", samples, minimum=2)
    check_int("batch_size", batch_size, minimum=1)
    return compared(
        models,
        Data.of(X, X_test, bandwidth),
        lr=lr,
        seeds=seeds,
        twins=twins,
        samples=samples,
        steps=steps,
        batch_size=batch_size,
        budget=None if budget is None else check_number("budget", budget, above=0),
        live=live,
    )
