"""Estimators are unbiased where they should be, count as they run, and follow their laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic import gradients

SMALL = {"parameters": (6, 12), "repeats": 40, "total_shots": 200_000}


@pytest.fixture(scope="module")
def small() -> Any:
    return qaimagic.compare_estimators(**SMALL, seed=3)


def entangled() -> Any:
    @qaimagic.quantum
    def layer(inputs, theta: (2, 2), phi: 1 = 0.3):
        qml.AngleEmbedding(inputs, wires=range(2))
        for turns in theta:
            qml.RY(turns[0], wires=0)
            qml.CRX(turns[1], wires=[0, 1])
        qml.IsingXY(phi, wires=[1, 0])
        return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]

    return layer


@pytest.mark.parametrize("method", ["parameter-shift", "hadamard"])
def test_exact_rules_are_unbiased_and_their_standard_errors_tell_the_truth(small, method) -> None:
    for point in small.of(method):
        assert point.is_unbiased
        numbers = point.parameters * (small.repeats - 1)
        assert point.variance == pytest.approx(point.claimed, rel=5 * math.sqrt(2 / numbers))


def test_differences_are_off_by_no_more_than_their_step_allows(small) -> None:
    for point in small.of("finite-diff"):
        shots = point.shots / point.circuits
        step = (3 / math.sqrt(shots)) ** (1 / 3)
        assert point.bias**2 <= (step**2 / 6) ** 2 + 3 * point.bias_error**2
        assert point.variance == pytest.approx(point.claimed, rel=0.35)


def test_one_direction_scatters_by_all_other_slopes() -> None:
    found = qaimagic.compare_estimators(
        parameters=(24,), methods=["spsa"], repeats=400, total_shots=10**9, seed=1
    )
    [point] = found.points
    assert point.circuits == 2
    assert point.error**2 == pytest.approx(23, rel=0.3)
    assert point.claimed < 0.1 * point.variance
    many = qaimagic.compare_estimators(
        parameters=(24,), methods=["spsa"], repeats=100, total_shots=10**9, directions=20, seed=1
    )
    assert many.points[0].circuits == 40
    assert many.points[0].error ** 2 == pytest.approx(23 / 20, rel=0.3)


def test_exact_methods_take_one_circuit_and_have_no_error(small) -> None:
    for method in ("backprop", "adjoint"):
        for point in small.of(method):
            assert (point.circuits, point.shots) == (1, 0)
            assert point.error < 1e-12


def test_counts_are_those_of_gradients_circuits_for_a_layer_with_data() -> None:
    layer, X = entangled(), torch.linspace(-1, 1, 6).reshape(3, 2)
    found = qaimagic.compare_estimators(layer, X, repeats=30, directions=2, total_shots=100_000)
    for point in found.points:
        expected = gradients.circuits(layer, X, method=point.method, directions=2, inputs=False)
        assert point.circuits == expected
        assert point.parameters == 5
        assert point.shots <= 100_000
    assert found.of("parameter-shift")[0].is_unbiased


def test_circuits_follow_their_laws_to_a_billion_parameters(small) -> None:
    per_parameter = {"parameter-shift": 2, "hadamard": 1, "finite-diff": 2}
    for method, factor in per_parameter.items():
        assert [point.circuits for point in small.of(method)] == [6 * factor, 12 * factor]
        assert small.modelled(method, "circuits", 1e9) == factor * 1e9
    assert small.modelled("spsa", "circuits", 1e9) == 2
    assert small.modelled("backprop", "circuits", 1e9) == 1


def test_errors_follow_their_laws_where_they_were_not_fitted() -> None:
    options = {"repeats": 20, "total_shots": 400_000, "methods": ["parameter-shift", "finite-diff"]}
    found = qaimagic.compare_estimators(parameters=(20, 40), **options, seed=2)
    larger = qaimagic.compare_estimators(parameters=(200,), **options, seed=2)
    for method in found.methods:
        law = found.modelled(method, "error", 200)
        assert larger.of(method)[0].error == pytest.approx(law, rel=0.35)


def test_a_law_ends_where_a_circuit_has_one_shot(small) -> None:
    assert small.modelled("parameter-shift", "error", 100_000) > 0
    with pytest.raises(ValueError, match="less than one shot"):
        small.modelled("parameter-shift", "error", 100_001)
    with pytest.raises(ValueError, match="`backprop` is exact"):
        small.modelled("backprop", "error", 100)


def test_a_thousand_parameters_are_measured() -> None:
    found = qaimagic.compare_estimators(
        parameters=(1000,), methods=["parameter-shift"], repeats=3, total_shots=200_000
    )
    [point] = found.points
    assert (point.parameters, point.circuits) == (1000, 2000)
    assert point.variance == pytest.approx(point.claimed, rel=0.15)


def test_on_another_device_each_repeat_runs_its_circuits() -> None:
    found = qaimagic.compare_estimators(
        parameters=(4,), device="default.qubit", repeats=12, total_shots=8_000
    )
    assert found.device == "default.qubit"
    assert found.at("parameter-shift", 4).is_unbiased
    assert 0 < found.at("hadamard", 4).error < 1


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, other = (
        qaimagic.compare_estimators(parameters=(5,), repeats=3, total_shots=5_000, seed=8)
        for _ in range(2)
    )
    assert [point.error for point in one.points] == [point.error for point in other.points]
    assert repr(one) == repr(other)


def test_an_interrupt_keeps_what_was_measured(monkeypatch) -> None:
    real, calls = gradients.repeated, []

    def interrupted(*args: Any, **options: Any) -> Any:
        calls.append(options["method"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **options)

    monkeypatch.setattr(gradients, "repeated", interrupted)
    found = qaimagic.compare_estimators(parameters=(4, 8), repeats=3, total_shots=5_000)
    assert not found.is_complete
    assert found.methods == ("backprop", "adjoint", "parameter-shift")
    assert repr(found).endswith("Interrupted: what had run by then.")
    assert "circuits, log scale" in found.plot().svg


def test_one_figure_has_what_is_measured_and_what_is_modelled(small) -> None:
    picture = small.plot()
    for heading in ("circuits", "error, same shots", "seconds to simulate"):
        assert f">{heading}, log scale<" in picture.svg
    assert "parameter-shift, modelled" in picture.table
    assert picture.text == repr(small)
    assert "Modelled for 1e9: parameter-shift 2e9 circuits." in repr(small)
    frame = small.to_frame()
    assert set(frame["kind"]) == {"measured", "modelled"}
    last = frame[(frame["method"] == "parameter-shift") & (frame["parameters"] == 10**9)]
    assert last["circuits"].item() == 2e9
    assert np.isnan(last["error"].item())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"methods": ["parameter_shift"]}, "Did you mean `parameter-shift`"),
        ({"methods": []}, "Argument `methods` must name one at least"),
        ({"parameters": []}, "Argument `parameters` must hold one number at least"),
        ({"parameters": (0,)}, "Argument `parameters` must be at least 1"),
        ({"repeats": 1}, "Argument `repeats` must be at least 2"),
        ({"directions": 0}, "Argument `directions` must be at least 1"),
        ({"n_wires": 1}, "Argument `n_wires` must be at least 2"),
        ({"parameters": (100,), "total_shots": 300}, "must be at least 400, but it is 300"),
        ({"seed": -1}, "Argument `seed` must be at least 0"),
    ],
)
def test_bad_numbers_are_refused_before_anything_runs(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        qaimagic.compare_estimators(**options)


def test_only_layers_are_compared() -> None:
    with pytest.raises(TypeError, match="Argument `layer` must be a layer of a circuit"):
        qaimagic.compare_estimators(torch.nn.Linear(2, 1))


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("parameters", 10, TypeError),
        ("parameters", [10**9], ValueError),
        ("methods", "spsa", TypeError),
        ("methods", [np.ones(2)], TypeError),
        ("directions", 10**30, ValueError),
    ],
)
def test_what_cannot_be_compared_is_told_of_before_anything_runs(name, value, error) -> None:
    with pytest.raises(error, match=f"^Argument `{name}` must "):
        qaimagic.compare_estimators(**{name: value})


def test_a_device_that_there_is_not_is_told_of_by_exact_methods_too() -> None:
    with pytest.raises(qaimagic.errors.DeviceError, match="`nowhere` is no device here"):
        qaimagic.compare_estimators(parameters=[2], methods=["backprop"], device="nowhere")
