"""How good samples are, against scipy's intervals and by hand."""

import math

import dimod
import networkx as nx
import numpy as np
import pytest
from scipy.stats import binom, binomtest

from qaimagic import anneal, bits, problems, samples, spins
from qaimagic.subroutines.anneal.figures import Estimate, reads_to_solution, wilson
from qaimagic.subroutines.anneal.found import Found
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.energies.problem import read


def of_samples(problem, rows, counts, *, seconds=1.0, ground=-1.0):
    found = Found(np.array(rows, dtype=np.int8), np.array(counts))
    return Annealed.of(problem, found, ground=ground, device="test", seconds=seconds)


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (0, 40), (40, 40), (3, 10), (731, 1000)])
def test_wilsons_interval_is_scipys(hits, n):
    found = wilson(hits, n)
    theirs = binomtest(hits, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert found.value == hits / n
    assert found.low == pytest.approx(theirs.low, abs=1e-12)
    assert found.high == pytest.approx(theirs.high, abs=1e-12)


def test_it_holds_the_truth_nineteen_times_out_of_twenty():
    for p in (0.1, 0.35, 0.8):
        chance = binom(60, p).pmf(np.arange(61))
        inside = [wilson(k, 60).low <= p <= wilson(k, 60).high for k in range(61)]
        assert chance @ inside == pytest.approx(0.95, abs=0.025)


def test_reads_are_repeated_until_one_is_a_solution():
    """After R reads of success p there was one with the probability 1 - (1 - p)^R."""
    found = reads_to_solution(Estimate(0.2, 0.1, 0.4), 0.99)
    for reads, p in ((found.value, 0.2), (found.high, 0.1), (found.low, 0.4)):
        assert 1 - (1 - p) ** reads == pytest.approx(0.99)
    assert reads_to_solution(Estimate(0.0, 0.0, 0.3), 0.99).value == math.inf
    sure = reads_to_solution(Estimate(1.0, 0.7, 1.0), 0.99)
    assert (sure.value, sure.low) == (1, 1)
    assert sure.high > 1


def test_an_answer_tells_its_success_and_its_time():
    (x,) = bits(1)
    answer = of_samples(read(-x), [[1], [0]], [30, 10], seconds=4.0)
    assert answer.success == wilson(30, 40)
    assert str(answer.success) == "0.75 (95%: 0.598 to 0.858)"
    assert answer.approximation_ratio == 0.75
    reads, time = answer.reads_to_solution(), answer.time_to_solution()
    assert reads == reads_to_solution(wilson(30, 40), 0.99)
    assert (time.value, time.high) == pytest.approx((0.1 * reads.value, 0.1 * reads.high))
    assert answer.time_to_solution(0.5).value == pytest.approx(0.1)
    missed = of_samples(read(-x), [[0]], [5])
    assert missed.success == wilson(0, 5)
    assert missed.time_to_solution().value == math.inf
    for confidence, kind in ((1, ValueError), (0, ValueError), ("0.9", TypeError)):
        with pytest.raises(kind, match="`confidence` must be"):
            answer.time_to_solution(confidence)


def test_the_approximation_ratio_of_cuts_is_mean_over_largest():
    graph = nx.petersen_graph()
    answer = anneal(problems.maxcut(graph), device="anneal:gibbs", reads=300, seed=2)
    cuts = answer.problem.question.value(answer.states)
    assert answer.approximation_ratio == pytest.approx(cuts @ answer.counts / 300 / 12)
    assert 0.5 < answer.approximation_ratio < 1


def test_what_cannot_be_known_is_none():
    s = spins(25)
    chain = sum(s[i] * s[i + 1] for i in range(24))
    many = anneal(chain, reads=5)
    assert many.approximation_ratio is many.success is many.time_to_solution() is None
    exact = anneal(sum(s[i] * s[i + 1] for i in range(5)), device="anneal:exact")
    assert exact.approximation_ratio is exact.success is exact.time_to_solution() is None
    assert exact.bound == exact.energy == -5
    assert anneal(s[0] * s[1]).bound is None
    untimed = of_samples(read(bits(1)[0]), [[0]], [3], seconds=math.nan, ground=0.0)
    assert untimed.success.value == 1
    assert untimed.time_to_solution() is None


def test_without_a_question_the_answer_is_the_state():
    x = bits(2)
    answer = anneal(x[0] - x[1])
    assert answer.solution == answer.best == {"x[0]": 0, "x[1]": 1}
    assert answer.value == answer.energy == -1
    assert answer.is_feasible


def test_the_line_tells_the_answer_before_the_energy():
    graph = nx.Graph([(0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (3, 4)])
    cut = anneal(problems.maxcut(graph), reads=30)
    said = "Cut 5, the largest; lowest energy -5 in 30 of 30 reads on anneal:simulated, the exact"
    assert repr(cut).startswith(said)
    assert "Solution: {0, " in repr(cut)
    assert "Cut 5, the largest" in cut.plot().html()
    assert "Solution: {0, " in cut.plot().html()
    worse = of_samples(cut.problem, [[1, 1, 1, 1, -1]], [2], ground=-5.0)
    assert repr(worse).startswith(
        "Cut 2; lowest energy -2 in 2 of 2 reads on test; the exact ground energy is -5."
    )
    assert "Solution: {0, 1, 2, 3} and {4}." in repr(worse)
    parts = anneal(problems.number_partition([3, 1, 1, 2, 2, 1]), device="anneal:exact")
    assert repr(parts).startswith("Difference 0, the smallest; lowest energy 0, by enumeration.")
    assert "Solution: [3, " in repr(parts)
    colours = anneal(problems.graph_coloring(graph, 3), device="anneal:exact")
    assert repr(colours).startswith("Violations 0, the smallest;")
    assert "Solution: 0: " in repr(colours)


def test_a_long_solution_is_cut_short():
    answer = anneal(problems.max_independent_set(nx.empty_graph(15)))
    assert "9, 10, 11, and 3 more}." in repr(answer)


def test_a_bound_is_told_where_nothing_exact_is():
    graph = nx.cycle_graph(25)
    answer = anneal(problems.maxcut(graph), device="anneal:goemans-williamson")
    assert answer.ground_energy is None
    assert "; none lies below -24.9" in repr(answer)
    assert -25 < answer.bound < answer.energy


def test_labels_of_a_solution_are_escaped():
    html = anneal(problems.maxcut([("<script>", "b")])).plot().html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_frame_tells_values():
    pytest.importorskip("pandas")
    frame = anneal(problems.max_independent_set([(0, 1)]), device="anneal:exact").to_frame()
    assert frame["value"].tolist() == [1, 1, 0, 2]
    assert frame["is_feasible"].tolist() == [True, True, True, False]


def test_samples_from_elsewhere_answer_too():
    problem = problems.maxcut([("a", "b"), ("b", "c")])
    found = dimod.SampleSet.from_samples({"a": 1, "b": -1, "c": 1}, energy=-2, vartype="SPIN")
    assert "Cut 2, the largest" in repr(samples(found, problem))
