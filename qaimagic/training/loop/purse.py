"""What a run spends on devices that are paid for, and whether the budget allows what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from qaimagic.devices.prices import money
from qaimagic.devices.spending import Budget
from qaimagic.errors import BudgetError

Part = Literal["step", "look"]


class Purse:
    """Follows what the parts of a run cost; each is expected to cost as much as the dearest so far.

    Attributes:
        before: What earlier parts of the run have cost, in US dollars.
        budget: What may be spent, or None where nothing may be, and nothing is.
    """

    def __init__(self) -> None:
        self.before = 0.0
        self.budget: Budget | None = None
        self._began = 0.0
        self._dearest: dict[Part, float] = {}

    def open(self, budget: Budget | None) -> None:
        """Begin to spend from ``budget``; what was spent until now is kept."""
        self.before = self.cost
        self.budget = budget
        self._began = 0.0 if budget is None else budget.spent

    @property
    def cost(self) -> float:
        """What the run has cost so far, in US dollars."""
        spent = 0.0 if self.budget is None else self.budget.spent - self._began
        return self.before + spent

    def expect(self, part: Part, amount: float) -> None:
        """Expect a step, or a look at data, to cost so much before any was paid for."""
        self._dearest[part] = max(amount, self.expected(part))

    def expected(self, part: Part) -> float:
        """Return what such a part is expected to cost, in US dollars."""
        return self._dearest.get(part, 0.0)

    def allows(self, part: Part) -> bool:
        """Return whether as much is left as such a part may cost."""
        return self.budget is None or self.expected(part) <= self.budget.left

    def check_first_step(self) -> None:
        """Check that the budget allows a first step, if it is known what that may cost.

        Raises:
            BudgetError: If it does not.
        """
        if not self.allows("step"):
            raise BudgetError(
                f"A step may cost up to {money(self.expected('step'))}, more than the budget "
                "allows. Nothing was submitted. `--forecast` tells what a whole run would cost."
            )

    @contextmanager
    def paying(self, part: Part) -> Iterator[None]:
        """Note what is spent within the context."""
        before = self.cost
        yield
        self.expect(part, self.cost - before)
