from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.subroutines.vqe.energies import Setting
from qaimagic.subroutines.vqe.growing import reference_of, slopes_of
from qaimagic.subroutines.vqe.hamiltonian import read
from qaimagic.subroutines.vqe.pool import pool_of
from tests.subroutines.vqe.models import (
    helium_hydride,
    hydrogen,
    ising_ring,
    least,
    matrix,
    random_pairs,
)
from tests.training.problems import InterruptAt

EXCITATIONS = [
    qml.SingleExcitation(0.0, wires=[0, 2]),
    qml.DoubleExcitation(0.0, wires=[0, 1, 2, 3]),
    qml.Y(0) @ qml.X(2),
    qml.IsingXY(0.0, wires=[1, 3]),
]


def state_after(gates: list[Any], bits: list[int]) -> Any:
    script = qml.tape.QuantumScript([qml.BasisState(bits, wires=range(4)), *gates], [qml.state()])
    [vector] = qml.device("default.qubit", wires=4).execute([script])
    return np.asarray(vector)


@pytest.mark.parametrize("operator", [hydrogen(), helium_hydride(), random_pairs(4, 5)])
def test_slopes_are_commutators(operator: Any) -> None:
    asked = read(operator)
    pool = pool_of(EXCITATIONS, asked)
    first = reference_of([1, 1, 0, 0], asked)
    found, _ = slopes_of(asked, first, pool[:2], [0.3, -0.5], pool, Setting())
    before = [
        qml.SingleExcitation(0.3, wires=[0, 2]),
        qml.DoubleExcitation(-0.5, wires=[0, 1, 2, 3]),
    ]
    vector, dense = state_after(before, [1, 1, 0, 0]), matrix(operator)
    gates = [EXCITATIONS[0], EXCITATIONS[1], qml.PauliRot(0.0, "YX", [0, 2]), EXCITATIONS[3]]
    for slope, gate in zip(found.tolist(), gates, strict=True):
        # A gate exp(i theta G) has the slope <i [H, G]>.
        generator = qml.matrix(qml.generator(gate, format="observable"), wire_order=range(4))
        commutator = 1j * (dense @ generator - generator @ dense)
        expected = float(np.real(vector.conj() @ commutator @ vector))
        assert slope == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("method", ["exact", "shots"])
def test_slopes_are_differences(method: str) -> None:
    operator = random_pairs(4, 7)
    asked = read(operator)
    pool = pool_of(EXCITATIONS, asked)
    first = reference_of([1, 0, 1, 0], asked)
    setting = Setting(shots=20_000, seed=1) if method == "shots" else Setting()
    found, circuits = slopes_of(asked, first, [], [], pool, setting)
    dense, step = matrix(operator), 1e-4
    for i, member in enumerate(pool):
        ends = []
        for angle in (step, -step):
            gates = qml.tape.make_qscript(member.apply)(angle).operations
            vector = state_after(gates, [1, 0, 1, 0])
            ends.append(float(np.real(vector.conj() @ dense @ vector)))
        slope = (ends[0] - ends[1]) / (2 * step)
        assert found[i].item() == pytest.approx(slope, abs=0.5 if method == "shots" else 1e-6)
    assert circuits >= 1


def test_hydrogen_takes_one_double_excitation(capsys: pytest.CaptureFixture[str]) -> None:
    result = qaimagic.adapt_vqe(hydrogen(), electrons=2)
    assert result.energy == pytest.approx(least(hydrogen(), 2), abs=1e-6)
    assert [row.operator for row in result.operators] == ["", "DoubleExcitation(0, 1, 2, 3)"]
    assert result.baseline == "Hartree-Fock"
    assert result.operators[0].energy == result.baseline_energy
    assert capsys.readouterr().out == (
        "1. DoubleExcitation(0, 1, 2, 3): slope 0.181, energy -1.1372704 Ha\n"
    )
    assert "with 1 operator, the exact one of 2 electrons" in repr(result)
    assert repr(result).endswith("is below 0.001.")


def test_every_step_is_recorded() -> None:
    result = qaimagic.adapt_vqe(helium_hydride(), electrons=2)
    rows, exact = result.operators, least(helium_hydride(), 2)
    assert result.energy == pytest.approx(exact, abs=1e-6)
    energies = [row.energy for row in rows]
    assert energies == sorted(energies, reverse=True)
    for row in rows:
        assert row.error == pytest.approx(row.energy - exact, abs=1e-9)
    for row in rows[1:]:
        assert abs(row.gradient) <= row.gradient_norm
        assert row.gradient_norm > 1e-3
    frame = result.to_frame()
    assert list(frame["operator"]) == [row.operator for row in rows]
    assert frame["circuits"].is_monotonic_increasing
    assert result.layer().item() == pytest.approx(result.energy, abs=1e-12)
    picture = result.plot()
    assert "chemical accuracy" in picture.svg
    assert "operators" in picture.svg


def test_words_for_a_molecule_without_its_electrons() -> None:
    result = qaimagic.adapt_vqe(hydrogen())
    assert result.energy == pytest.approx(least(hydrogen()), abs=1e-6)
    assert result.baseline == "mean field"
    assert result.hamiltonian.unit == ""
    assert "chemical accuracy" not in result.plot().svg


def test_spins_grow_from_their_mean_field() -> None:
    ring = ising_ring(3, 1.0)
    result = qaimagic.adapt_vqe(ring)
    assert result.energy == pytest.approx(least(ring), abs=1e-6)
    assert result.baseline_energy == pytest.approx(-3.75, abs=1e-9)


def test_angles_go_on_from_where_they_were() -> None:
    pool = [qml.Y(0), qml.Y(1)]
    result = qaimagic.adapt_vqe(qml.X(0) + 0.5 * qml.X(1), pool, reference=[0, 0])
    assert [row.operator for row in result.operators[1:]] == ["Y(0)", "Y(1)"]
    theta = result.layer.theta.detach()
    torch.testing.assert_close(theta.cos(), torch.zeros(2).double(), atol=1e-4, rtol=0)
    assert result.operators[1].energy == pytest.approx(-1.0, abs=1e-9)
    assert result.energy == pytest.approx(-1.5, abs=1e-9)


def test_nothing_to_add() -> None:
    result = qaimagic.adapt_vqe(qml.Z(0) @ qml.Z(1), reference=[0, 1])
    assert result.energy == pytest.approx(-1.0)
    assert result.run is None
    assert len(result.to_frame()) == 1
    assert "with 0 operators, the exact one" in repr(result)
    assert "operators" in result.plot().svg


def test_the_most_operators() -> None:
    result = qaimagic.adapt_vqe(helium_hydride(), electrons=2, max_operators=1)
    assert len(result.operators) == 2
    assert "No more than 1 may be added; the gradient norm is" in repr(result)


def test_an_interrupt_keeps_what_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qaimagic.subroutines.vqe.energies.silent", InterruptAt(1))
    result = qaimagic.adapt_vqe(helium_hydride(), electrons=2)
    assert len(result.operators) == 2
    assert "Interrupted after 1 step" in repr(result)
    assert result.energy < result.baseline_energy


def test_shots() -> None:
    result = qaimagic.adapt_vqe(
        hydrogen(), electrons=2, shots=2000, max_operators=1, steps=15, seed=1
    )
    assert result.operators[1].operator == "DoubleExcitation(0, 1, 2, 3)"
    assert 0 < result.standard_error < 0.02
    assert abs(result.error) < 5 * result.standard_error


@pytest.mark.parametrize(
    ("pool", "error", "message"),
    [
        ([], ValueError, "hold a gate, but it is empty"),
        ([qml.RX(0.1, wires=7)], ValueError, r"RX\(7\) acts on wire 7"),
        ([qml.CNOT(wires=[0, 1])], TypeError, "hold gates of one angle"),
        ([qml.X(0) + qml.Z(1)], TypeError, "hold gates of one angle"),
        ([qml.Identity(0)], TypeError, "hold gates of one angle"),
        ([qml.U1(0.0, wires=0), qml.PCPhase(0.0, 1, wires=0)], None, ""),
        (["Y"], TypeError, "one is 'Y'"),
        ("YX", TypeError, "it is str"),
        (3, TypeError, "it is int"),
        ([qml.DoubleExcitation], TypeError, "hold gates of one angle"),
    ],
)
def test_pools(pool: Any, error: type[Exception] | None, message: str) -> None:
    asked = read(ising_ring(3, 1.0))
    if error is None:
        assert len(pool_of(pool, asked)) == len(pool)
        return
    with pytest.raises(error, match=message):
        pool_of(pool, asked)


def test_a_gate_that_does_something_at_zero() -> None:
    class Late(qml.RX):
        @staticmethod
        def compute_matrix(theta: Any) -> Any:
            return qml.RX.compute_matrix(theta + 1)

    with pytest.raises(ValueError, match="do nothing at angle 0"):
        qaimagic.adapt_vqe(ising_ring(2, 1.0), [Late(0.0, wires=0)])


@pytest.mark.parametrize("bits", [[1, 0], [0, 1, 2], "abc"])
def test_references(bits: Any) -> None:
    with pytest.raises(ValueError, match="be 3 bits, one for each wire"):
        qaimagic.adapt_vqe(ising_ring(3, 1.0), reference=bits)


def test_options_are_checked_first() -> None:
    for wrong in ({"tolerance": 0}, {"max_operators": 0}, {"seed": -1}, {"steps": 0}):
        with pytest.raises(ValueError, match=r"be (at least|above)"):
            qaimagic.adapt_vqe(ising_ring(2, 1.0), **wrong)
