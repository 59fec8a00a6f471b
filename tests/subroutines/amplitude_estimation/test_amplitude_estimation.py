from __future__ import annotations

import math

import pennylane as qml
import pytest

import qaimagic
from qaimagic.errors import BudgetError
from qaimagic.subroutines.amplitude_estimation.picture import widths_of
from tests.subroutines.amplitude_estimation.bodies import coin, tangle
from tests.training.paid import PaidDevice

METHODS = ["iterative", "maximum-likelihood"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("a", [0.0, 1e-5, 0.2, 0.5, 1.0])
def test_it_finds_the_probability(method: str, a: float) -> None:
    result = qaimagic.amplitude_estimation(coin(a), 0, method=method, epsilon=0.005)
    assert result.exact == pytest.approx(a, abs=1e-12)
    assert result.value == pytest.approx(a, abs=0.01)
    assert result.interval[0] - 1e-9 <= a <= result.interval[1] + 1e-9
    assert result.monte_carlo.value == pytest.approx(a, abs=3 * result.monte_carlo.half_width)


@pytest.mark.parametrize("method", METHODS)
def test_what_it_costs(method: str) -> None:
    result = qaimagic.amplitude_estimation(tangle, "c", method=method, epsilon=0.01, shots=50)
    assert result.queries == sum(50 * (2 * one.power + 1) for one in result.rounds)
    assert result.monte_carlo.samples == result.queries
    assert result.shots == 50 * result.circuits
    assert result.half_width < result.monte_carlo.half_width
    frame = result.to_frame()
    assert frame["queries"].iloc[-1] == result.queries
    assert len(frame) == result.circuits
    assert result.depth > 8


def test_the_seed_decides() -> None:
    one, same, other = (qaimagic.amplitude_estimation(tangle, "c", seed=s) for s in (3, 3, 4))
    assert one.rounds == same.rounds != other.rounds
    assert one.monte_carlo == same.monte_carlo
    assert repr(one) == repr(same)


def test_what_it_says() -> None:
    result = qaimagic.amplitude_estimation(coin(0.3), 0)
    assert result.is_guaranteed
    assert repr(result).startswith("Amplitude estimation, iterative: 0.3")
    assert "(95%, guaranteed), exact 0.3;" in repr(result)
    assert not qaimagic.amplitude_estimation(coin(0.3), 0, method=METHODS[1]).is_guaranteed
    bundle = result._repr_mimebundle_()
    assert bundle["text/plain"] == repr(result)
    assert "half-width of the interval" in bundle["text/html"]


def test_noise_takes_the_promise_away() -> None:
    lab = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.02)
    result = qaimagic.amplitude_estimation(tangle, "c", device=lab, epsilon=0.01)
    assert not result.is_guaranteed
    assert not result.is_ideal
    assert "promises nothing" in repr(result)
    clean = qaimagic.amplitude_estimation(tangle, "c", epsilon=0.01)
    assert abs(result.value - result.exact) > 5 * abs(clean.value - clean.exact)
    assert result.exact == pytest.approx(clean.exact, abs=1e-12)


def test_more_wires_run_as_circuits() -> None:
    def chain() -> None:
        for i in range(12):
            qml.RY(0.3, wires=i)

    result = qaimagic.amplitude_estimation(chain, {0: 1, 11: 0}, epsilon=0.02)
    exact = math.sin(0.15) ** 2 * math.cos(0.15) ** 2
    assert result.exact == pytest.approx(exact, abs=1e-12)
    assert result.value == pytest.approx(exact, abs=0.02)
    assert result.is_guaranteed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "iterativ"}, "`iterativ`. Did you mean `iterative`"),
        ({"epsilon": 0}, "`epsilon` must be above 0"),
        ({"epsilon": -0.1}, "`epsilon` must be above 0"),
        ({"epsilon": 0.5}, "`epsilon` must be below 0.5"),
        ({"epsilon": float("nan")}, "`epsilon` must be finite"),
        ({"confidence": 0.0}, "`confidence` must be above 0"),
        ({"confidence": 1.0}, "`confidence` must be below 1"),
        ({"confidence": 95}, "`confidence` must be below 1"),
        ({"shots": 0}, "`shots` must be at least 1"),
        ({"seed": -1}, "`seed` must be at least 0"),
    ],
)
def test_numbers_out_of_bounds(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        qaimagic.amplitude_estimation(coin(0.3), 0, **options)


def test_nothing_is_spent_unasked() -> None:
    with pytest.raises(BudgetError):
        qaimagic.amplitude_estimation(coin(0.3), 0, device=PaidDevice(), epsilon=0.1)


def test_a_half_width_that_no_machine_reaches_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="`epsilon` must be at least 1e-06, but it is 1e-12"):
        qaimagic.amplitude_estimation(coin(0.3), good=0, epsilon=1e-12)
    with pytest.raises(ValueError, match="`epsilon` must be at least 5e-06, but it is 1e-09"):
        qaimagic.expected_value([0, 5], [0.5, 0.5], epsilon=1e-9)


def test_a_method_that_is_no_string_is_refused_in_a_sentence() -> None:
    with pytest.raises(
        TypeError, match="`method` must be one of `iterative`, `maximum-likelihood`, but it is None"
    ):
        qaimagic.amplitude_estimation(coin(0.3), good=0, method=None)


def test_the_text_counts_in_plain_words_and_is_as_fine_as_the_estimate() -> None:
    one = qaimagic.amplitude_estimation(coin(0.3), good=0, epsilon=0.4, confidence=0.9999)
    assert " in 1 circuit, " in repr(one)
    assert "(99.99%," in repr(one)
    fine = qaimagic.amplitude_estimation(coin(1 / 3), good=0, epsilon=1e-5)
    assert "exact 0.3333333;" in repr(fine)


def test_the_power_law_is_drawn_no_higher_than_the_intervals() -> None:
    single = qaimagic.amplitude_estimation(coin(0.3), good=0, epsilon=0.1, shots=1)
    [law] = [line for line in widths_of(single).series if line.name == "1/N"]
    assert max(law.y) <= 0.5


def test_one_round_has_one_mark_for_plain_sampling() -> None:
    wide = qaimagic.amplitude_estimation(coin(0.3), good=0, epsilon=0.4)
    [plain] = [line for line in widths_of(wide).series if line.name.startswith("plain")]
    assert len(plain.x) == 1
