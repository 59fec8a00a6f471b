"""A submission in parts: each circuit once, and those that differ in numbers alone as one."""

import numpy as np
import pennylane as qml
import pytest

from qaimagic.devices.cluster.parts import joined, parts_of
from qaimagic.devices.cluster.rows import as_rows, row_of, same_but_for_numbers, takes_rows

Z = qml.expval(qml.Z(0))


def tapes():
    rng = np.random.default_rng(0)
    operations = [qml.RX(rng.normal(size=30), 0), qml.CNOT([0, 1]), qml.RY(0.3, 1)]
    read = [qml.expval(qml.Z(0)), qml.counts(wires=(0, 1)), qml.probs(wires=1)]
    embedded = [qml.AngleEmbedding(rng.normal(size=(21, 2)), wires=(0, 1))]
    return [
        qml.tape.QuantumScript(operations, read, shots=(10, 20)),
        qml.tape.QuantumScript([qml.RX(0.1, 0)], [qml.sample(wires=0)], shots=5),
        qml.tape.QuantumScript(embedded, [qml.expval(qml.Z(1))], shots=7),
        qml.tape.QuantumScript([qml.RX(0.2, 0)], [qml.sample(wires=0)], shots=5),
    ]


def test_pieces_hold_each_row_once_and_are_joined_in_order():
    submission = tapes()
    parts = parts_of(submission)
    assert max(sum(piece.rows for piece in part) for part in parts) <= 7
    rows = np.concatenate([p.tape.data[0] for part in parts for p in part if p.places == [0]])
    np.testing.assert_array_equal(rows, submission[0].data[0])
    device = qml.device("default.qubit", seed=0)
    answers = [
        qml.execute([piece.tape for piece in part], device, diff_method=None) for part in parts
    ]
    found = joined(submission, parts, answers)
    whole = qml.execute(submission, device, diff_method=None)
    for mine, theirs in zip(found[0], whole[0], strict=True):
        assert [np.shape(m) for m in mine] == [np.shape(t) for t in theirs]
    assert [sum(row.values()) for row in found[0][1][1]] == [20] * 30
    assert [np.shape(answer) for answer in found[1:]] == [np.shape(answer) for answer in whole[1:]]


def test_circuits_of_one_kind_stand_together():
    kinds = [[qml.RX(0.1, 0)], [qml.RY(0.1, 0)]]
    submission = [
        qml.tape.QuantumScript(kinds[index % 2], [qml.expval(qml.Z(0))]) for index in range(64)
    ]
    parts = parts_of(submission)
    assert [len(part) for part in parts] == [8] * 8
    assert all(len({place % 2 for piece in part for place in piece.places}) == 1 for part in parts)


def circuits(n, shots=None):
    rng = np.random.default_rng(1)
    read = [Z, qml.probs(wires=(0, 1))]
    if shots:
        read.append(qml.counts(wires=1))
    return [
        qml.tape.QuantumScript(
            [qml.RX(a, 0), qml.CNOT((0, 1)), qml.Rot(a, b, 0.3, wires=1)], read, shots=shots
        )
        for a, b in rng.normal(size=(n, 2))
    ]


def answers_of(parts, seed=0):
    device = qml.device("default.qubit", seed=seed)
    return [qml.execute([piece.tape for piece in part], device, diff_method=None) for part in parts]


def test_circuits_that_differ_in_numbers_alone_become_the_rows_of_one():
    others = [qml.tape.QuantumScript(gates, [Z, Z]) for gates in ([qml.RX(0.1, 1)], [])]
    submission = [*others, *circuits(70)]
    parts = parts_of(submission, as_one=True)
    whole = parts_of(submission)
    assert [sum(piece.rows for piece in part) for part in parts] == [9] * 8
    assert [[p for piece in part for p in piece.places] for part in parts] == [
        [piece.places[0] for piece in part] for part in whole
    ]
    assert sum(map(len, parts)) == 10
    found = joined(submission, parts, answers_of(parts))
    wanted = qml.execute(submission, qml.device("default.qubit"), diff_method=None)
    for mine, theirs in zip(found, wanted, strict=True):
        assert [np.shape(m) for m in mine] == [np.shape(t) for t in theirs]
        np.testing.assert_allclose(np.hstack(mine), np.hstack(theirs), rtol=0, atol=1e-12)


def test_rows_of_shots_are_told_apart():
    submission = circuits(12, shots=(10, 30))
    parts = parts_of(submission, as_one=True)
    assert [[piece.rows for piece in part] for part in parts] == [[4]] * 3
    found = joined(submission, parts, answers_of(parts))
    for answer in found:
        assert [sum(bins[2].values()) for bins in answer] == [10, 30]
        assert [np.shape(bins[1]) for bins in answer] == [(4,), (4,)]
    means = np.array([answer[1][0] for answer in found])
    exact = np.cos([tape.data[0] for tape in submission])
    assert np.abs(means - exact).max() < 5 / np.sqrt(30)


def test_a_row_of_an_answer():
    batch = (np.arange(6).reshape(2, 3), [{"0": 1}, {"1": 2}])
    values, counts = row_of(batch, 1, 1)
    np.testing.assert_array_equal(values, [3, 4, 5])
    assert counts == {"1": 2}


@pytest.mark.parametrize(
    ("gates", "read"),
    [
        ([qml.RY(0.1, 0)], Z),
        ([qml.RX(0.1, 1)], Z),
        ([qml.RX(0.1, 0), qml.X(0)], Z),
        ([qml.RX(0.1, 0)], qml.expval(qml.X(0))),
        ([qml.RX(0.1, 0)], qml.expval(2 * qml.Z(0))),
        ([qml.PauliRot(0.1, "X", 0)], Z),
    ],
)
def test_what_else_differs_keeps_circuits_apart(gates, read):
    tape, other = (
        qml.tape.QuantumScript([qml.RX(0.1, 0)], [Z]),
        qml.tape.QuantumScript(gates, [read]),
    )
    assert same_but_for_numbers(tape) is not None
    assert same_but_for_numbers(tape) != same_but_for_numbers(other)
    words = [qml.tape.QuantumScript([qml.PauliRot(0.1, word, 0)], [Z]) for word in "XY"]
    assert len(set(map(same_but_for_numbers, words))) == 2


@pytest.mark.parametrize(
    "gates",
    [
        [qml.X(0)],
        [qml.RX(np.array([0.1, 0.2]), 0)],
        [qml.QubitUnitary(np.eye(2), 0)],
        [qml.adjoint(qml.RX(0.1, 0))],
        [qml.RX(0.1, 0), qml.ops.MidMeasure(0)],
    ],
)
def test_circuits_that_stay_alone(gates):
    assert same_but_for_numbers(qml.tape.QuantumScript(gates, [Z])) is None


def test_rows_keep_the_kind_of_number():
    tapes = [qml.tape.QuantumScript([qml.RX(np.float32(a), 0)], [Z]) for a in (0.1, 0.2)]
    assert as_rows(tapes).data[0].dtype == np.float32


def test_simulators_of_whole_batches_take_circuits_one_by_one():
    assert takes_rows("ibm:FakeTorino")
    assert takes_rows("qaimagic.qubit")
    assert not takes_rows("default.qubit")
