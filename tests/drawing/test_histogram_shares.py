import numpy as np

from qaimagic.drawing.histogram import Histogram, histogram_picture


def test_shares_are_drawn_beside_what_is_expected_with_their_errors():
    data = Histogram(
        [0.0, 1.0, 2.0],
        [0.25, 0.0, 0.75],
        "state",
        "probability",
        expected=[0.2, 0.0, 0.8],
        expected_label="exact",
        errors=np.array([0.01, 0.0, 0.02]),
    )
    assert not data.is_counted
    assert np.allclose(data.bar_errors, [0.01, 0.0, 0.02])
    picture = histogram_picture(data, title="Shares")
    assert picture.text == "state: 0 with 0.25 probability, 2 with 0.75; beside it exact"
    assert ">0.75</text>" in picture.svg
    assert "<td>0.02</td>" in picture.table


def test_errors_of_shares_add_up_in_squares_where_values_share_a_bar():
    data = Histogram(np.zeros(4), np.full(4, 0.25), errors=np.full(4, 0.1))
    assert np.allclose(data.bar_errors, [0.2])
    many = Histogram(np.linspace(0, 1, 144), np.full(144, 1 / 144), errors=np.full(144, 0.1))
    assert not many.is_discrete
    assert np.isclose((many.bar_errors**2).sum(), 1.44)
    assert np.isclose(many.bars[2].sum(), 1)


def test_counts_stay_whole_numbers():
    data = Histogram([0.0, 1.0], [9, 1])
    assert data.is_counted
    assert data.bars[2].dtype == np.int64
    assert "9 reads" in histogram_picture(data, title="Counts").text
