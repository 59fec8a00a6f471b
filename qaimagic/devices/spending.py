"""What may be spent on devices that are paid for, and what has been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from qaimagic._checks import check_number
from qaimagic.errors import BudgetError


class Budget:
    """An amount of money, and what has been spent of it.

    What is submitted is reserved at its highest price first, and settled at what it came to.

    Attributes:
        limit: What may be spent, in US dollars.
        spent: What has been spent or reserved, in US dollars.
    """

    def __init__(self, limit: float) -> None:
        self.limit = check_number("budget", limit, above=0)
        self.spent = 0.0

    @property
    def left(self) -> float:
        """What may still be spent, in US dollars."""
        return self.limit - self.spent


class Expense:
    """Money reserved for what is about to be submitted.

    Attributes:
        amount: The amount, in US dollars.
    """

    def __init__(self, budget: Budget, amount: float) -> None:
        self._budget = budget
        self.amount = amount
        budget.spent += amount

    def settle(self, amount: float) -> None:
        """Put what it came to, in US dollars, in the place of what was reserved."""
        self._budget.spent += amount - self.amount
        self.amount = amount


_current: ContextVar[Budget | None] = ContextVar("qaimagic_budget", default=None)


@contextmanager
def spending(limit: float) -> Iterator[Budget]:
    """Within the context, let devices that are paid for spend up to ``limit`` US dollars.

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
    budget = Budget(limit)
    token = _current.set(budget)
    try:
        yield budget
    finally:
        _current.reset(token)


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
            f"to {_money(amount)}. Allow an amount, in US dollars: `--budget 5`, or `budget=5` in "
            "Python. `--forecast` tells what a whole run would cost."
        )
    if amount > budget.left:
        raise BudgetError(
            f"What comes next on device `{device}` may cost up to {_money(amount)}, but "
            f"{_money(budget.left)} of the budget of {_money(budget.limit)} are left."
        )
    return Expense(budget, amount)


def _money(amount: float) -> str:
    return f"${amount:,.2f}" if amount >= 0.01 or amount == 0 else f"${amount:.2g}"
