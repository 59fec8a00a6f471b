"""An interrupt ends an estimate with what ran until then."""

from __future__ import annotations

import pennylane as qml
import pytest

import qaimagic
from qaimagic.subroutines.amplitude_estimation.states import States

METHODS = ["iterative", "maximum-likelihood"]


def coin() -> None:
    qml.RY(1.2, wires=0)


@pytest.fixture
def interrupted(monkeypatch):
    """Let the simulation be interrupted at its n-th circuit."""
    asked = States.hits

    def at(n: int) -> None:
        calls = iter(range(n - 1))

        def hits(self: States, power: int, shots: int) -> int:
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return asked(self, power, shots)

        monkeypatch.setattr(States, "hits", hits)

    return at


@pytest.mark.parametrize("method", METHODS)
def test_the_rounds_that_ran_are_kept(method, interrupted):
    whole = qaimagic.amplitude_estimation(coin, 0, method=method, epsilon=1e-3)
    interrupted(3)
    part = qaimagic.amplitude_estimation(coin, 0, method=method, epsilon=1e-3)
    assert part.rounds == whole.rounds[:2]
    assert part.interval == (whole.rounds[1].low, whole.rounds[1].high)
    assert part.interval[0] <= part.value <= part.interval[1]
    assert (whole.is_complete, part.is_complete) == (True, False)
    assert "Interrupted: the interval is that of the rounds that ran." in repr(part)
    assert "Interrupted" not in repr(whole)


@pytest.mark.parametrize("method", METHODS)
def test_without_a_round_there_is_nothing_to_keep(method, interrupted):
    interrupted(1)
    with pytest.raises(KeyboardInterrupt):
        qaimagic.amplitude_estimation(coin, 0, method=method)
