"""Budgets: nothing without one, never more than it, and settled at what things came to."""

import pytest

from qaimagic.devices.spending import reserve, spending
from qaimagic.errors import BudgetError


def test_nothing_is_reserved_without_a_budget():
    with pytest.raises(BudgetError, match=r"up to \$1\.50.*--budget"):
        reserve("a machine", 1.5)


def test_what_would_exceed_the_budget_is_refused_and_not_taken():
    with spending(2) as budget:
        reserve("a machine", 1.5)
        with pytest.raises(BudgetError, match=r"\$0\.50 of the budget of \$2\.00"):
            reserve("a machine", 0.6)
        assert budget.left == pytest.approx(0.5)


def test_a_settled_expense_frees_what_it_did_not_need():
    with spending(2) as budget:
        reserve("a machine", 1.5).settle(0.25)
        reserve("a machine", 1.75)
        assert budget.left == pytest.approx(0)


def test_a_budget_ends_with_its_context():
    with spending(2):
        pass
    with pytest.raises(BudgetError):
        reserve("a machine", 0.1)


@pytest.mark.parametrize(("limit", "error"), [(0, ValueError), (-1, ValueError), ("5", TypeError)])
def test_a_budget_is_an_amount(limit, error):
    with pytest.raises(error, match="budget"), spending(limit):
        pass


def test_what_is_spent_within_a_budget_counts_around_it_too():
    with spending(3) as outer:
        with spending(2) as inner:
            reserve("a machine", 1.5).settle(1.25)
        assert (inner.left, outer.left) == (pytest.approx(0.75), pytest.approx(1.75))
        with spending(100), pytest.raises(BudgetError):
            reserve("a machine", 2)
