from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pennylane as qml
import pytest
from pennylane.devices import DefaultQubit

import qaimagic
from qaimagic.drawing.curves_axes import short_number
from qaimagic.errors import BudgetError, DeviceError
from tests.subroutines.vqe.models import helium_hydride, hydrogen, ising_ring, least
from tests.training.paid import PaidDevice


class Flattering(DefaultQubit):
    """A simulator whose answers are too large, as those of biased mitigation are."""

    def execute(self, circuits: Any, execution_config: Any = None) -> Any:
        answers = super().execute(circuits, execution_config)
        if isinstance(answers, tuple):
            return tuple(1.1 * one for one in answers)
        return 1.1 * answers


def product(theta: 4):
    for i in range(4):
        qml.RY(theta[i], wires=i)


def test_hydrogen() -> None:
    result = qaimagic.vqe(hydrogen(), electrons=2, live=False)
    dense = qml.matrix(hydrogen(), wire_order=range(4))
    assert result.exact_energy == pytest.approx(least(hydrogen(), 2), abs=1e-9)
    assert result.error == pytest.approx(0.0, abs=1e-6)
    assert result.baseline_energy == pytest.approx(dense[0b1100, 0b1100].real, abs=1e-9)
    assert result.recovered == pytest.approx(1.0, abs=1e-4)
    assert result.standard_error is None
    assert not result.is_below_exact
    assert result.circuits > 0
    assert repr(result) == (
        "Energy -1.1372704 Ha, the exact one of 2 electrons (Hartree-Fock -1.1166856 Ha; 100.0% of "
        "the correlation energy recovered)."
    )


def test_without_entanglement_it_finds_the_mean_field() -> None:
    result = qaimagic.vqe(ising_ring(4, 1.0), product, live=False)
    assert result.energy == pytest.approx(-5.0, abs=1e-6)
    assert result.baseline_energy == pytest.approx(-5.0, abs=1e-9)
    assert result.recovered == pytest.approx(0.0, abs=1e-4)
    assert "0.23 above the exact energy -5.2262519 (mean field -5; 0.0% of" in repr(result)


def test_the_same_seed_gives_the_same_energy() -> None:
    one, same, other = (
        qaimagic.vqe(ising_ring(3, 1.0), steps=1, shots=50, seed=seed, live=False)
        for seed in (1, 1, 2)
    )
    assert one.energy == same.energy
    assert one.energy != other.energy


def test_shots_have_a_standard_error() -> None:
    def turned(theta: (1,) = 0.7):
        qml.RY(theta[0], wires=0)

    energies = [
        qaimagic.vqe(
            3 * qml.Z(0), turned, shots=100, seed=seed, steps=1, opt="SGD", lr=1e-9, live=False
        )
        for seed in range(40)
    ]
    exact = 3 * math.cos(0.7)
    error = 3 * math.sin(0.7) / 10
    assert energies[0].standard_error == pytest.approx(error, rel=1e-4)
    pulls = [(one.energy - exact) / error for one in energies]
    assert abs(np.mean(pulls)) < 4 / math.sqrt(40)
    assert 0.6 < np.std(pulls) < 1.5
    assert " ± 0.19, " in repr(energies[0])
    assert energies[0].shots == 100


def test_with_shots_it_comes_near() -> None:
    result = qaimagic.vqe(qml.X(0) + qml.Z(0), shots=500, steps=60, seed=3, live=False)
    assert abs(result.error) < 5 * result.standard_error + 0.02
    assert not result.is_below_exact


def test_an_energy_that_no_state_has_is_no_success() -> None:
    def field(theta: (1,) = -2.2):
        qml.RY(theta[0], wires=0)

    result = qaimagic.vqe(qml.X(0) + qml.Z(0), field, device=Flattering(wires=1), live=False)
    assert result.energy == pytest.approx(-1.1 * math.sqrt(2), abs=1e-6)
    assert result.is_below_exact
    assert [alarm.kind for alarm in result.run.alarms] == ["below_ground_energy"]
    assert "0.14 BELOW the exact energy -1.4142136: no state has such" in repr(result)
    assert "recovered" not in repr(result)
    assert "BELOW" in result.plot().html()


def test_a_circuit_that_changes_the_number_of_electrons() -> None:
    def rows(theta: (5, 4)):
        for layer in theta:
            for i in range(4):
                qml.RY(layer[i], wires=i)
            for i in range(3):
                qml.CNOT(wires=[i, i + 1])

    result = qaimagic.vqe(helium_hydride(), rows, electrons=2, live=False)
    assert result.energy == pytest.approx(least(helium_hydride()), abs=1e-5)
    assert result.is_below_exact
    assert "no state of 2 electrons has such an energy" in repr(result)


def test_shots_that_are_lucky_are_no_error() -> None:
    result = qaimagic.vqe(ising_ring(2, 1.0), live=False)
    assert "100.0% of the correlation energy recovered" in repr(result)
    exact = result.exact_energy
    lucky = dataclasses.replace(result, energy=exact - 0.04, standard_error=0.01)
    assert not lucky.is_below_exact
    assert "0.04 below the exact energy" in repr(lucky)
    assert "recovered" not in repr(lucky)
    assert "recovered" not in repr(dataclasses.replace(lucky, energy=result.baseline_energy + 1))
    assert dataclasses.replace(lucky, standard_error=0.001).is_below_exact


def test_too_many_wires_for_the_exact_answer() -> None:
    def body(theta: (1,)):
        for i in range(17):
            qml.RY(theta[0], wires=i)

    result = qaimagic.vqe(ising_ring(17, 3.0), body, live=False)
    assert result.energy == pytest.approx(-51.0, abs=1e-6)
    assert result.exact_energy is None
    assert result.error is None
    assert result.recovered is None
    assert "the exact energy is not known: 17 wires are too many" in repr(result)
    assert "log scale" not in result.plot().svg


def test_classical_energies() -> None:
    s = qaimagic.spins(3)
    result = qaimagic.vqe(s[0] * s[1] + s[1] * s[2] + s[0] * s[2] + 0.5 * s[0], live=False)
    assert result.energy == pytest.approx(-1.5, abs=1e-6)


def test_noise_raises_the_energy() -> None:
    noisy = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.02)
    result = qaimagic.vqe(ising_ring(2, 1.0), device=noisy, steps=5, live=False)
    assert result.error > 0.01


def test_a_picture_marks_the_result_and_not_the_luckiest_step() -> None:
    result = qaimagic.vqe(qml.X(0) + qml.Z(0), shots=50, steps=40, seed=1, live=False)
    text = result.plot().text
    assert min(result.run.history.losses) < result.energy < result.exact_energy
    assert f"best step 40: {short_number(result.energy, 5)}; mean field" in text
    assert f"best step 40: {short_number(abs(result.error), 3)})" in text


def test_budgets() -> None:
    def turned(theta: (1,) = 0.3):
        qml.RY(theta[0], wires=0)

    paid = PaidDevice()
    for solve in (
        lambda **options: qaimagic.vqe(qml.X(0), turned, steps=2, **options),
        lambda **options: qaimagic.adapt_vqe(
            qml.X(0), [qml.Y(0)], reference=[0], steps=2, max_operators=1, **options
        ),
    ):
        before = len(paid.submissions)
        with pytest.raises(BudgetError, match="nothing was allowed"):
            solve(device=paid, shots=20)
        assert len(paid.submissions) == before
        with pytest.raises(BudgetError, match=r"of the budget of"):
            solve(device=paid, shots=20, budget=0.001)
        assert len(paid.submissions) == before
        assert solve(device=paid, shots=20, budget=100).shots == 20


def test_options_are_checked_first() -> None:
    for wrong in ({"seed": -1}, {"steps": 0}, {"layers": 0}, {"shots": 0}):
        with pytest.raises(ValueError, match="be at least"):
            qaimagic.vqe(ising_ring(2, 1.0), **wrong)
    with pytest.raises(DeviceError, match="no device here"):
        qaimagic.vqe(ising_ring(2, 1.0), device="nosuch")


def test_picture_and_table() -> None:
    result = qaimagic.vqe(hydrogen(), electrons=2, live=False)
    picture = result.plot()
    assert "chemical accuracy" in picture.svg
    assert "|error| (Ha; 1e-10 stands for less), log scale" in picture.svg
    assert "Hartree-Fock" in picture.table
    assert "VQE 1e\N{MINUS SIGN}10" in picture.svg
    assert result._repr_mimebundle_()["text/plain"] == repr(result)
    assert len(result.to_frame()) == len(result.run.history.steps)
    assert set(result.weights) == {"theta"}


@pytest.mark.parametrize("unit", [1e-12, 1.0])
def test_what_is_far_from_the_exact_energy_is_not_called_exact(unit: float) -> None:
    start = qml.StronglyEntanglingLayers(np.zeros((1, 2, 3)), wires=[0, 1])
    result = qaimagic.vqe(unit * (qml.Z(0) @ qml.Z(1) + 0.5 * qml.X(0)), start, live=False)
    assert result.energy == pytest.approx(unit)
    assert result.exact_energy == pytest.approx(-unit * math.sqrt(1.25))
    assert "above the exact energy" in repr(result)
