import time

import numpy as np
import pytest

import qaimagic
from qaimagic.subroutines.linear_systems import comparing
from tests.subroutines.linear_systems.systems import system


@pytest.fixture(scope="module")
def found():
    return qaimagic.compare_linear_solvers(conditions=(20, 3), n=4)


def test_every_method_solves_every_system_within_its_bound(found):
    assert found.methods == ("hhl", "qsvt_solve", "vqls", "numpy", "conjugate gradients")
    for method in found.methods:
        assert [point.condition for point in found.of(method)] == pytest.approx([3, 20])
    for point in found.points:
        if point.is_circuit:
            assert point.error <= point.bound <= 0.01 + 1e-9
            assert 0 < point.success <= 1
        else:
            assert point.bound < 1e-7


def test_a_cost_is_that_of_the_circuit_over_its_success_probability(found):
    [drawn] = comparing.systems_of([3], 4, 0)
    own = qaimagic.qsvt_solve(drawn.matrix, drawn.vector, epsilon=0.01)
    point = found.of("qsvt_solve")[0]
    assert point.cost == pytest.approx(own.gates / own.success)
    assert point.calls == own.prepared.polynomial.degree


def test_powers_of_hhls_evolution_are_charged_for_their_repetitions(found):
    [drawn] = comparing.systems_of([3], 4, 0)
    own = qaimagic.hhl(drawn.matrix, drawn.vector, epsilon=0.01)
    clock_wires = own.n_wires - 3
    assert own.prepared.calls == 2 * (2**clock_wires - 1)
    once = own.prepared.repeated_gates / (own.prepared.calls - 2 * clock_wires)
    assert 0 < once <= 20, "any gate on three wires takes 20 gates on two at most"
    assert found.of("hhl")[0].cost * own.success == own.gates + own.prepared.repeated_gates


def test_vqls_is_charged_for_all_hadamard_tests_of_each_cost_and_slope(found):
    [drawn] = comparing.systems_of([3], 4, 0)
    own = qaimagic.vqls(drawn.matrix, drawn.vector, epsilon=0.01, live=lambda _: None)
    tests = int(own.notes[1].split(": ")[1].split(" ")[0])
    angles = sum(len(gate.parameters) for gate in own.prepared.gates)
    assert angles > 4
    assert found.of("vqls")[0].circuits == tests * (own.circuits - 1) * (1 + 2 * angles)


def test_costs_grow_with_the_condition_number(found):
    powers = found.powers
    assert powers["numpy"] == pytest.approx(0, abs=1e-9)
    assert powers["hhl"] > 0.5
    assert powers["qsvt_solve"] > 0.8


def test_it_is_told_drawn_and_tabled(found):
    assert found.text.startswith(
        "4 unknowns, condition numbers 3 to 20, relative error 0.01 asked for. Errors are within "
        "the stated bound in 6 of 6 cases"
    )
    assert "no circuit here is near" in found.text
    assert repr(found) == found.text
    assert "conjugate gradients" in found.plot().svg
    frame = found.to_frame()
    assert len(frame) == len(found.points)
    assert set(frame["method"]) == set(found.methods)


def test_a_bound_above_what_was_asked_for_is_named():
    found = qaimagic.compare_linear_solvers(conditions=[400], n=2, methods=["hhl"], epsilon=1e-4)
    [point] = found.of("hhl")
    if point.bound > 1e-4:
        assert "the bound is above what was asked for: hhl at 400" in found.text
    assert found.powers == {}
    assert found.plot().svg


def test_a_system_of_ones_own():
    matrix, vector = system(3, "complex", 4.0)
    found = qaimagic.compare_linear_solvers(matrix, vector, methods=["qsvt_solve", "hhl"])
    assert found.size == 3
    assert {round(point.condition, 9) for point in found.points} == {4.0}
    assert all(point.error <= point.bound for point in found.points if point.is_circuit)


def test_the_same_seed_gives_the_same_line_and_another_other_systems():
    one, two, other = (
        qaimagic.compare_linear_solvers(conditions=[5], n=2, methods=["hhl"], seed=seed).text
        for seed in (1, 1, 2)
    )
    assert one == two != other


def test_an_interrupt_keeps_what_was_measured(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(comparing, "qsvt_solve", interrupted)
    found = qaimagic.compare_linear_solvers(conditions=[2, 5], n=2)
    assert found.methods == ("hhl", "numpy", "conjugate gradients")
    assert not found.is_complete
    assert "Interrupted" in found.text
    assert found.plot().svg


def test_the_default_takes_few_seconds():
    start = time.perf_counter()
    found = qaimagic.compare_linear_solvers()
    assert found.is_complete
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"methods": "hhl"}, TypeError, "`methods` must be a list, but it is 'hhl'"),
        ({"methods": []}, ValueError, "`methods` must hold at least one"),
        ({"methods": ["hll"]}, ValueError, "Did you mean `hhl`"),
        ({"methods": ["hhl", "hhl"]}, ValueError, "`methods` must differ"),
        ({"conditions": 3}, TypeError, "`conditions` must be a list"),
        ({"conditions": [1]}, ValueError, "`conditions` must be above 1"),
        ({"conditions": ["2"]}, TypeError, "`conditions` must be a number"),
        ({"conditions": [2, "3"]}, TypeError, "`conditions` must be a number"),
        ({"conditions": [1e6]}, ValueError, "degree 4,000 at most"),
        ({"n": 1}, ValueError, "`n` must be at least 2"),
        ({"n": 17}, ValueError, "`n` must be 16 at most"),
        ({"epsilon": 0}, ValueError, "`epsilon` must be"),
        ({"epsilon": 2}, ValueError, "`epsilon` must be below 1"),
        ({"seed": -1}, ValueError, "`seed` must be at least 0"),
        ({"matrix": np.eye(2)}, ValueError, "`vector` must be given with `matrix`"),
        ({"vector": [1, 2]}, ValueError, "`matrix` must be given with `vector`"),
        ({"matrix": np.eye(2), "vector": [1, 2], "n": 2}, ValueError, "`n` must be left out"),
        ({"matrix": np.eye(17), "vector": np.ones(17)}, ValueError, "16 rows at most"),
    ],
)
def test_bad_input_is_refused(options, error, says):
    with pytest.raises(error, match=says):
        qaimagic.compare_linear_solvers(**options)
