from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qaimagic.drawing.diagram import Diagram, Gate, Measurement
from qaimagic.drawing.layout import arrange, gate_columns, last_measured, rows_of, runs_of_rows
from tests.drawing.random_diagrams import diagrams

AVAILABLE, GAP = 40.0, 2.0


def length_of_name(item):
    return 1.0 + len(item.name if isinstance(item, Gate) else item.kind)


def columns_of(systems):
    return [column for system in systems for column in system.columns]


def placed_items(systems):
    return [placed.item for column in columns_of(systems) for placed in column.items]


@given(diagrams())
def test_items_of_a_column_share_no_row(diagram):
    for column in columns_of(arrange(diagram, length_of_name, available=AVAILABLE, gap=GAP)):
        taken = [row for p in column.items for row in range(p.top, p.bottom + 1)]
        assert len(taken) == len(set(taken))


@given(diagrams())
def test_a_gate_keeps_all_rows_between_its_extremes(diagram):
    for column in columns_of(arrange(diagram, length_of_name, available=AVAILABLE, gap=GAP)):
        for placed in column.items:
            assert all(placed.top <= row <= placed.bottom for row in rows_of(placed.item))


@given(diagrams())
def test_every_wire_sees_its_gates_in_order_and_then_its_measurements(diagram):
    systems = arrange(diagram, length_of_name, available=AVAILABLE, gap=GAP)
    n_rows = len(diagram.wires)
    acting = [*diagram.gates, *diagram.measurements]
    for row in range(n_rows):
        expected = [item for item in acting if row in (rows_of(item) or range(n_rows))]
        drawn = [i for i in placed_items(systems) if row in (rows_of(i) or range(n_rows))]
        assert drawn == expected


@given(diagrams(), st.floats(5, 100))
def test_systems_fit_unless_a_single_column_is_wider(diagram, available):
    for system in arrange(diagram, length_of_name, available=available, gap=GAP):
        widths = [column.width for column in system.columns]
        assert len(widths) <= 1 or sum(widths) + GAP * (len(widths) - 1) <= available


@given(diagrams())
def test_only_the_outer_systems_begin_and_end_the_wires(diagram):
    systems = arrange(diagram, length_of_name, available=AVAILABLE, gap=GAP)
    assert [s.first for s in systems] == [True] + [False] * (len(systems) - 1)
    assert [s.last for s in systems] == [False] * (len(systems) - 1) + [True]


def test_gates_move_as_far_left_as_they_can():
    gates = (Gate("H", (0,)), Gate("H", (2,)), Gate("X", (2,), (0,), (True,)), Gate("H", (1,)))
    [system] = arrange(Diagram(("a", "b", "c"), gates, ()), length_of_name, available=99, gap=1)
    assert [[p.item for p in c.items] for c in system.columns] == [
        [gates[0], gates[1]],
        [gates[2]],
        [gates[3]],
    ]


def test_no_measurement_is_left_alone_on_the_last_system():
    diagram = Diagram(("a",), (Gate("H", (0,)),) * 9, (Measurement("expval", "Z", (0,)),))
    systems = arrange(diagram, lambda _: 1.0, available=9.0, gap=0.0)
    assert [len(system.columns) for system in systems] == [5, 5]


def test_measurements_begin_in_a_column_of_their_own():
    diagram = Diagram(("a", "b"), (Gate("H", (0,)),), (Measurement("expval", "Z", (1,)),))
    [system] = arrange(diagram, length_of_name, available=99, gap=1)
    assert [column.items[0].item for column in system.columns] == [
        diagram.gates[0],
        diagram.measurements[0],
    ]


def test_a_wire_ends_where_it_is_last_measured():
    measurements = (Measurement("expval", "Z", (0,)), Measurement("probs", "", ()))
    diagram = Diagram(("a", "b"), (), measurements)
    systems = arrange(diagram, length_of_name, available=1, gap=1)
    assert len(systems) == 2
    assert last_measured(0, systems) == 1
    assert last_measured(0, systems[:1]) == 0
    assert last_measured(1, systems[:1]) is None


@given(st.sets(st.integers(0, 12)))
def test_stretches_of_rows_cover_exactly_the_rows(rows):
    stretches = runs_of_rows(rows)
    assert [r for first, last in stretches for r in range(first, last + 1)] == sorted(rows)
    assert all(b[0] > a[1] + 1 for a, b in pairwise(stretches))


@given(diagrams())
def test_columns_of_gates_hold_each_once_after_all_that_it_follows(diagram):
    columns = gate_columns(diagram)
    order = [place for column in columns for place in column]
    assert sorted(order) == list(range(len(diagram.gates)))
    n_rows = len(diagram.wires)
    for row in range(n_rows):
        own = [place for place in order if row in (rows_of(diagram.gates[place]) or range(n_rows))]
        assert own == sorted(own)
