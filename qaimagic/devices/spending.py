"""What may be spent on devices that are paid for, and what has been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from qaimagic._checks import check_number
from qaimagic.devices.prices import money
from qaimagic.errors import BudgetError


class Budget:
    """An amount of money, and what has been spent of it.

    What is submitted is reserved at its highest price first, and settled at what it came to.

    Attributes:
        limit: What may be spent, in US dollars.
        spent: What has been spent or reserved, in US dollars.
    """

    def __init__(self, limit: float, around: Budget | None = None) -> None:
        self.limit = check_number("budget", limit, above=0)
        self.spent = 0.0
        self._around = around

    @property
    def left(self) -> float:
        """What may still be spent, in US dollars; of a budget around this one too."""
        own = self.limit - self.spent
        return own if self._around is None else min(own, self._around.left)

    def take(self, amount: float) -> None:
        """Count an amount as spent; a negative one gives it back."""
        self.spent += amount
        if self._around is not None:
            self._around.take(amount)


class Expense:
    """Money reserved for what is about to be submitted.

    Attributes:
        amount: The amount, in US dollars.
    """

    def __init__(self, budget: Budget, amount: float) -> None:
        self._budget = budget
        self.amount = amount
        budget.take(amount)

    def settle(self, amount: float) -> None:
        """Put what it came to, in US dollars, in the place of what was reserved."""
        self._budget.take(amount - self.amount)
        self.amount = amount


_current: ContextVar[Budget | None] = ContextVar("qaimagic_budget", default=None)


@contextmanager
def spending(limit: float) -> Iterator[Budget]:
    """Within the context, let devices that are paid for spend up to ``limit`` US dollars.

    Within another such context, what is spent counts there too.

    Raises:
        ValueError: If ``limit`` is not above 0.
        TypeError: If it is no number.

    Example:
        >>> from qaimagic.devices.spending import reserve, spending
        >>> with spending(5) as budget:
        ...     expense = reserve("aws:Garnet", 1.75)
        ...     expense.settle(1.50)
        >>> budget.left
        3.5
    """
    budget = Budget(limit, _current.get())
    token = _current.set(budget)
    try:
        yield budget
    finally:
        _current.reset(token)


def current() -> Budget | None:
    """Return the budget that holds here, or None."""
    return _current.get()


def reserve(device: str, amount: float) -> Expense:
    """Take what a submission may cost at most from the budget, before it is submitted.

    Args:
        device: Who is paid, in words.
        amount: The highest price of the submission, in US dollars.

    Raises:
        BudgetError: If nothing may be spent, or less than ``amount`` is left.
    """
    budget = _current.get()
    if budget is None:
        raise BudgetError(
            f"Device `{device}` is paid for, and nothing was allowed: what comes next may cost up "
            f"to {money(amount)}. Allow an amount, in US dollars: `--budget 5`, or `budget=5` in "
            "Python. `--forecast` tells what a whole run would cost."
        )
    if amount > budget.left:
        raise BudgetError(
            f"What comes next on device `{device}` may cost up to {money(amount)}, but "
            f"{money(budget.left)} of the budget of {money(budget.limit)} are left."
        )
    return Expense(budget, amount)
