"""Inner products by three circuits, against numpy and PennyLane."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.errors import BudgetError, DeviceError
from tests.training.paid import PaidDevice

METHODS = ["hadamard", "swap", "overlap"]
A, B = np.array([3, 1j, -2, 1]), np.array([1, 2 + 1j, 4, 0])


def vectors(length: int, is_complex: bool, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    parts = rng.normal(size=(2, 2, length))
    a, b = 7 * parts[0] + (1j * parts[1] if is_complex else 0)
    return a, b


def wanted(a, b, method: str):
    return np.vdot(a, b) if method == "hadamard" else abs(np.vdot(a, b)) ** 2


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("length", [1, 2, 3, 7, 8])
def test_it_agrees_with_numpy(method, is_complex, length):
    a, b = vectors(length, is_complex)
    found = qaimagic.inner_product(a, b, method=method)
    assert found.value == pytest.approx(wanted(a, b, method), rel=1e-10)
    assert found.exact == pytest.approx(wanted(a, b, method), rel=1e-10)
    assert found.error < 1e-10 * max(1, abs(found.exact))
    assert isinstance(found.value, complex) == (is_complex and method == "hadamard")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1, 0, 0, 0], [0, 0, 0, 5]),
        ([0, 0, 1e-6, 0], [1, 2, 3, 4]),
        ([1, -1, 1, -1], [-2, 2, -2, 2]),
        ([1e8, 1e-8], [1, 1e8]),
        ([1j, 0, 0], [0, 1, 1j]),
    ],
)
def test_zeros_signs_and_scales_do_not_matter(method, a, b):
    found = qaimagic.inner_product(a, b, method=method)
    unit = (found.norms[0] * found.norms[1]) ** (1 if method == "hadamard" else 2)
    assert abs(found.value - wanted(a, b, method)) < 1e-12 * unit


def test_the_sign_and_the_phase_are_told():
    assert qaimagic.inner_product([1, 2], [-1, -2]).value == pytest.approx(-5)
    assert qaimagic.inner_product([1, 2], [1j, 2j]).value == pytest.approx(5j)
    assert qaimagic.inner_product([1j, 2j], [1, 2]).value == pytest.approx(-5j)
    assert "Sign and phase are not told." in qaimagic.inner_product(A, B, method="swap").text
    assert "not told" not in qaimagic.inner_product(A, B).text


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_complex", [False, True])
def test_error_bars_hold_the_truth_as_often_as_they_should(method, is_complex):
    a, b = vectors(4, is_complex, seed=3)
    scores = []
    for seed in range(60):
        found = qaimagic.inner_product(a, b, method=method, shots=400, seed=seed)
        miss = np.atleast_1d(complex(found.value - found.exact)).view(float)
        error = np.atleast_1d(complex(found.standard_error)).view(float)
        scores += [m / e for m, e in zip(miss, error, strict=True) if e]
    scores = np.array(scores)
    n = len(scores)
    assert abs(scores.mean()) < 5 / np.sqrt(n)
    assert 0.6 < np.mean(abs(scores) < 2) / 0.954 < 1.06
    assert scores.std() == pytest.approx(1, abs=5 / np.sqrt(2 * n))


def test_an_error_bar_is_never_zero():
    found = qaimagic.inner_product([1, 2], [1, 2], shots=50)
    assert found.value == pytest.approx(5)
    assert 0 < found.standard_error < 5


def test_costs_are_told():
    real, phased = qaimagic.inner_product(A.real, B.real), qaimagic.inner_product(A, B, shots=100)
    assert (real.circuits, real.wires, real.shots, real.standard_error) == (1, 3, None, None)
    assert (phased.circuits, phased.shots) == (2, 200)
    assert (real.loading, phased.loading) == (6, 12)
    assert (real.gates, real.depth) == (6, 6)
    swap = qaimagic.inner_product(A.real, B.real, method="swap")
    assert (swap.wires, swap.loading) == (5, 4)
    assert swap.depth > 4
    for one in (real, phased, swap):
        assert one.seconds > one.numpy_seconds > 0


@pytest.mark.parametrize("n", [3, 5, 7])
def test_state_preparation_grows_with_the_numbers(n):
    a, b = vectors(2**n, is_complex=False)
    assert qaimagic.inner_product(a, b, method="overlap").loading == 2 * (2**n - 2)


@pytest.mark.parametrize("method", METHODS)
def test_the_shots_of_the_model_reach_the_precision(method):
    a, b = vectors(4, is_complex=False, seed=3)
    exact = qaimagic.inner_product(a, b, method=method)
    epsilon = 0.05 * (exact.norms[0] * exact.norms[1]) ** (1 if method == "hadamard" else 2)
    shots = exact.shots_for(epsilon)
    assert qaimagic.inner_product(a, b, method=method, shots=shots).standard_error <= epsilon
    assert exact.shots_for(epsilon / 10) == pytest.approx(100 * shots, rel=0.01)
    assert exact.queries_for(epsilon / 10) == pytest.approx(
        10 * exact.queries_for(epsilon), rel=0.1
    )


@pytest.mark.parametrize("method", METHODS)
def test_devices_agree(method):
    here = qaimagic.inner_product(A, B, method=method)
    for device in ("default.qubit", "default.mixed", qml.device("default.qubit", wires=5)):
        there = qaimagic.inner_product(A, B, method=method, device=device)
        assert there.value == pytest.approx(here.value, abs=1e-9)
        assert there.is_ideal == (device != "default.mixed")


def test_noise_is_said():
    noisy = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.05)
    found = qaimagic.inner_product([1, 2, 3, 4], [1, 2, 3, 4], device=noisy)
    assert found.value < 25
    assert "may have noise" in found.text


def test_the_seed_decides():
    first, same, other = (
        qaimagic.inner_product(A, B, shots=100, seed=seed).value for seed in (1, 1, 2)
    )
    assert first == same != other


def test_tensors_and_lists_are_vectors():
    assert qaimagic.inner_product(torch.tensor([1.0, 2.0]), (3, 4)).value == pytest.approx(11)


def test_the_result_tells_shows_and_tables():
    found = qaimagic.inner_product(A[:3], B[:3], shots=100, seed=0)
    assert "Inner product by Hadamard test" in found.text
    assert "3 numbers were padded to 4" in found.text
    assert found.plot().text == repr(found) == found.text
    frame = found.to_frame()
    assert frame["part"].tolist() == ["real part", "imaginary part"]
    assert complex(*frame["value"]) == pytest.approx(found.value)
    assert frame["probability"].tolist() == list(found.probabilities)


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        (([0, 0], [1, 2]), ValueError, "`a` must not be zero"),
        (([1, 2], [0, 0]), ValueError, "`b` must not be zero"),
        (([1, 2], [1, 2, 3]), ValueError, r"`b` must have shape \(2,\)"),
        (([[1, 2]], [1, 2]), ValueError, r"its shape is \(1, 2\)"),
        (([1, np.nan], [1, 2]), ValueError, "NaN or infinity"),
        (("ab", [1, 2]), TypeError, "it is str"),
    ],
)
def test_what_is_no_pair_of_vectors_is_refused(given, kind, says):
    with pytest.raises(kind, match=says):
        qaimagic.inner_product(*given)


def test_other_arguments_are_checked():
    with pytest.raises(ValueError, match="Did you mean `hadamard`"):
        qaimagic.inner_product([1], [1], method="hadamar")
    with pytest.raises(ValueError, match="`shots` must be at least 1"):
        qaimagic.inner_product([1], [1], shots=0)
    with pytest.raises(TypeError, match="`seed` must be a whole number"):
        qaimagic.inner_product([1], [1], seed=0.5)
    with pytest.raises(DeviceError):
        qaimagic.inner_product([1], [1], device="nowhere")
    mended = qaimagic.devices.get("qaimagic.qubit", readout=0.1, shots=100, mitigate="readout")
    with pytest.raises(DeviceError, match="Leave `mitigate` out for error bars"):
        qaimagic.inner_product([1], [1], device=mended)
    with pytest.raises(ValueError, match="`epsilon` must be above 0"):
        qaimagic.inner_product([1], [1]).shots_for(0)


def test_nothing_is_paid_for_without_a_budget():
    with pytest.raises(BudgetError):
        qaimagic.inner_product([1, 2], [3, 4], device=PaidDevice(), shots=10)
