import pennylane as qml
import pytest

import qaimagic

ISING = qml.sum(qml.Z(0) @ qml.Z(1), qml.X(0), 0.6 * qml.X(1))


@pytest.fixture(scope="module")
def scaling():
    return qaimagic.simulation_scaling(ISING, 1.2)


@pytest.mark.parametrize(
    ("method", "slope"), [("trotter-1", -1), ("trotter-2", -2), ("trotter-4", -4), ("qdrift", -1)]
)
def test_errors_fall_by_their_order(scaling, method, slope):
    assert scaling.slopes[method] == pytest.approx(slope, abs=0.12)


def test_qsvt_s_error_falls_faster_and_faster_with_its_degree(scaling):
    points = scaling.of("qsvt")
    assert scaling.decay < -1
    assert points[-1].error < 1e-8
    assert points[-1].steps < 30


def test_no_error_exceeds_its_bound(scaling):
    for point in scaling.points:
        # What is post-selected is normalised, which at most doubles an error.
        most = 2 * point.bound if point.method == "qsvt" else point.bound
        assert point.error <= most + 1e-12


def test_it_is_told_drawn_and_listed(scaling):
    assert "trotter-4 -4." in scaling.text or "trotter-4 -3.9" in scaling.text
    assert len(scaling.to_frame()) == len(scaling.points)
    picture = scaling.plot()
    assert "gates on two wires" in picture.svg
    assert "qsvt, exponential" in picture.svg


def test_words_that_commute_have_no_slope():
    scaling = qaimagic.simulation_scaling(qml.Z(0) @ qml.Z(1) + qml.Z(0), 1.0, steps=(1, 2, 4))
    assert not set(scaling.slopes) & {"trotter-1", "trotter-2", "trotter-4"}
    assert "trotter-2 none to fit" in scaling.text


@pytest.mark.parametrize(
    ("hamiltonian", "setting", "words"),
    [
        (ISING, {"time": 0.0}, "not be 0"),
        (ISING, {"time": 1.0, "steps": (4,)}, "two at least"),
        (qml.X(0) + qml.Z(1), {"time": 1.0}, "two wires"),
        (qml.prod(*(qml.Z(i) for i in range(7))), {"time": 1.0}, "6 wires"),
    ],
)
def test_what_cannot_be_measured_is_refused(hamiltonian, setting, words):
    with pytest.raises(ValueError, match=words):
        qaimagic.simulation_scaling(hamiltonian, **setting)
