import itertools
import math
import re

import numpy as np
import pytest
import torch
from scipy import stats

from qaimagic.distributions import (
    bars_and_stripes,
    chi_square,
    empirical,
    kl_divergence,
    mmd,
    total_variation,
)
from qaimagic.subroutines.distributions.kernel import smoothed

RNG = np.random.default_rng(5)


def some_distribution(n):
    p = RNG.exponential(size=2**n)
    return p / p.sum()


def bits_drawn(p, m, rng):
    n = len(p).bit_length() - 1
    numbers = rng.choice(len(p), size=m, p=p)
    return (numbers[:, None] >> np.arange(n - 1, -1, -1)) & 1


def test_divergences_are_scipys():
    p, q = some_distribution(3), some_distribution(3)

    assert kl_divergence(p, q) == pytest.approx(stats.entropy(p, q))
    assert total_variation(p, q) == pytest.approx(np.maximum(p - q, 0).sum())


def test_tensors_and_samples_are_distributions_too():
    X = torch.tensor([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

    assert kl_divergence(X, torch.tensor([0.25] * 4)) == pytest.approx(0.5 * math.log(2), abs=1e-12)
    assert empirical(X).tolist() == [0.0, 0.5, 0.25, 0.25]


def test_the_divergence_is_infinite_where_the_model_excludes_data():
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == math.inf
    assert kl_divergence([1.0, 0.0], [0.5, 0.5]) == pytest.approx(math.log(2))


@pytest.mark.parametrize("bandwidth", [0.5, 1.0, [0.3, 2.0]])
def test_the_discrepancy_is_that_of_all_pairs(bandwidth):
    p, q = some_distribution(3), some_distribution(3)
    strings = list(itertools.product([0, 1], repeat=3))
    total = 0.0
    widths = [bandwidth] if isinstance(bandwidth, float) else bandwidth
    for (i, x), (j, y), width in itertools.product(enumerate(strings), enumerate(strings), widths):
        kernel = math.exp(-(math.dist(x, y) ** 2) / (2 * width**2))
        total += (p[i] - q[i]) * kernel * (p[j] - q[j]) / len(widths)

    assert mmd(p, q, bandwidth=bandwidth) == pytest.approx(total)


def test_the_discrepancy_of_samples_is_that_of_their_frequencies():
    X, Y = RNG.integers(2, size=(70, 4)), RNG.integers(2, size=(50, 4))

    assert mmd(X, Y) == pytest.approx(mmd(empirical(X), empirical(Y)))


def test_the_discrepancy_takes_real_numbers():
    X, Y = RNG.normal(size=(40, 2)), RNG.normal(size=(60, 2)) + 3

    assert mmd(X, X) == pytest.approx(0.0, abs=1e-12)
    assert mmd(X, Y) > 10 * mmd(X[:20], X[20:])


def test_the_kernel_lets_gradients_through():
    p = torch.rand(8, dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradcheck(lambda p: smoothed(p, 0.7) @ p, p)


def test_pearsons_test_is_scipys():
    p = np.array([0.1, 0.2, 0.3, 0.4])
    X = bits_drawn(p, 500, np.random.default_rng(3))
    expected = stats.chisquare(np.rint(empirical(X) * 500), 500 * p)

    found = chi_square(X, p)

    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)


def test_pearsons_test_gives_uniform_p_values_though_most_strings_are_rare():
    p = np.exp(-1.5 * np.arange(64))
    p = np.r_[p[:8], np.full(56, 1e-4)]
    p /= p.sum()
    rng = np.random.default_rng(11)

    values = [chi_square(bits_drawn(p, 2000, rng), p).p_value for _ in range(200)]

    assert stats.kstest(values, "uniform").pvalue > 0.001


def test_pearsons_test_notices_what_is_wrong_and_what_cannot_be():
    X = bits_drawn(np.array([0.1, 0.2, 0.3, 0.4]), 2000, np.random.default_rng(3))

    assert chi_square(X, [0.25] * 4).p_value < 1e-6
    assert chi_square(X, [0.5, 0.5, 0.0, 0.0]).p_value == 0.0


@pytest.mark.parametrize("shape", [(1, 3), (2, 3), (3, 2)])
def test_bars_and_stripes_are_those_that_look_so(shape):
    rows, columns = shape

    def is_pattern(image):
        return (image == image[:, :1]).all() or (image == image[:1]).all()

    images = np.array(list(itertools.product([0, 1], repeat=rows * columns)))
    expected = [x.tolist() for x in images if is_pattern(x.reshape(shape))]

    assert bars_and_stripes(*shape).tolist() == expected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: empirical([[0, 2]]), "must hold zeros and ones, but it holds 2"),
        (lambda: empirical(np.zeros((1, 25))), "at most 24 bits"),
        (lambda: kl_divergence([0.5, 0.6], [0.5, 0.5]), "sum to 1.1"),
        (lambda: kl_divergence([0.5, 0.25, 0.25], [0.5, 0.5]), "its shape is (3,)"),
        (lambda: kl_divergence([0.5, 0.5], [0.25] * 4), "have 1 bits as `p` has, but it has 2"),
        (lambda: kl_divergence([np.nan, 0.5], [0.5, 0.5]), "must be finite"),
        (lambda: mmd([[0.0]], [[0.0, 1.0]]), "must have shape (n_samples, 1)"),
        (lambda: mmd([[0.5]], [0.5, 0.5]), "must hold zeros and ones"),
        (lambda: mmd([0.5, 0.5], [0.5, 0.5], bandwidth=0), "`bandwidth`"),
        (lambda: mmd([0.5, 0.5], [0.5, 0.5], bandwidth=[]), "the list is empty"),
        (lambda: chi_square([0.5, 0.5], [0.5, 0.5]), "be samples of bits"),
        (lambda: bars_and_stripes(0), "`rows`"),
        (lambda: bars_and_stripes(2, 17), "must be at most 16, but it is 17"),
    ],
)
def test_what_is_no_distribution_is_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_words_are_no_distribution():
    with pytest.raises(TypeError, match="must be an array of numbers"):
        empirical("0110")


def test_extreme_bandwidths_and_chances_overflow_nowhere():
    assert mmd([0.5, 0.5], [0.25, 0.75], bandwidth=1e-200) == pytest.approx(2 * 0.25**2)
    assert mmd([0.5, 0.5], [0.25, 0.75], bandwidth=1e200) == pytest.approx(0.0, abs=1e-12)
    assert mmd([[0], [1]], [[0], [0]], bandwidth=1e-200) == pytest.approx(0.5)
    found = kl_divergence([1e-300, 1.0], [1.0, 1e-300])
    assert found == pytest.approx(300 * math.log(10))
    tiny = 5e-324
    assert math.isfinite(kl_divergence([1.0, tiny], [tiny, 1.0]))


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 4), (4, 1), (3, 5), (9, 2)])
def test_images_come_once_each_and_in_order(rows, columns):
    images = bars_and_stripes(rows, columns)
    both = [np.tile(bits, (rows, 1)) for bits in itertools.product([0, 1], repeat=columns)]
    both += [np.tile(bits, (columns, 1)).T for bits in itertools.product([0, 1], repeat=rows)]
    assert [tuple(row) for row in images] == sorted({tuple(one.ravel()) for one in both})
