"""Grids grow by levels, and nothing is computed twice."""

import numpy as np

from qaimagic.explore.landscape.grid import levels, strides

X = np.linspace(-1, 1, 41)


def recorded():
    seen = []

    def evaluate(points):
        seen.extend(map(tuple, points.tolist()))
        return points[:, 0] + 10 * points[:, 1]

    return seen, evaluate


def test_each_point_is_computed_once_and_lies_where_it_belongs():
    seen, evaluate = recorded()
    found = list(levels(evaluate, X, 2 * X))
    assert [len(level.x) for level in found] == [6, 11, 21, 41]
    assert len(seen) == len(set(seen)) == 41**2
    for level in found:
        np.testing.assert_allclose(level.values, level.x + 10 * level.y[:, None])


def test_progress_counts_up_to_all():
    told = []
    list(levels(recorded()[1], X, X, told=told.append))
    assert told == sorted(told)
    assert told[-1] == 41**2


def test_stopped_within_the_first_level_it_has_gaps():
    [level] = levels(recorded()[1], X, X, stop=lambda: True)
    assert level.values.shape == (6, 6)
    assert np.isfinite(level.values).sum() == 4


def test_stopped_later_the_last_complete_level_stays():
    seen, evaluate = recorded()
    found = list(levels(evaluate, X, X, stop=lambda: len(seen) > 200))
    assert [len(level.x) for level in found] == [6, 11]
    assert np.isfinite(found[-1].values).all()


def test_any_number_of_points_will_do():
    assert strides(20) == [1]
    assert strides(3) == [1]
    for n in (3, 4, 20, 33, 65):
        assert len(list(levels(recorded()[1], X[:n], X[:n]))[-1].x) == min(n, 41)
