"""Distances between listening habits, as a coding challenge has them.

Source: XanaduAI/QHack2022, Coding_Challenges/qml_200_WhoLikesTheBeatles_template: vectors as
amplitudes, their distance sqrt(2 (1 - |<a|b>|)) by a swap test, where p0 = (1 + |<a|b>|^2) / 2.
"""

import pytest

import qaimagic

PAIRS = [
    ([13, 20], [23, 150], 0.4210528986556),
    ([20, 100], [23, 10], 0.9264606253589677),
]


@pytest.mark.parametrize("method", ["hadamard", "swap", "overlap"])
@pytest.mark.parametrize(("a", "b", "distance"), PAIRS)
def test_the_distance(method, a, b, distance):
    found = qaimagic.inner_product(a, b, method=method)
    assert found.distance == pytest.approx(distance, abs=1e-9)
    assert found.exact_distance == pytest.approx(distance, abs=1e-9)


def test_the_probability_of_the_swap_test():
    a, b, _ = PAIRS[0]
    assert qaimagic.inner_product(a, b, method="swap").p0 == pytest.approx(
        0.915285998757126, abs=1e-9
    )


def test_the_distance_by_shots():
    a, b, distance = PAIRS[0]
    found = qaimagic.inner_product(a, b, method="swap", shots=100_000, seed=1)
    assert found.distance == pytest.approx(distance, abs=0.02)
