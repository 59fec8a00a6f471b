"""Mixers that keep rules never leave them, and rules that cannot be kept are refused."""

import networkx as nx
import numpy as np
import pytest

from qaimagic import anneal, bits, qaoa, spins
from qaimagic.subroutines.energies.problem import read
from qaimagic.subroutines.qaoa.choice import mixer_of
from qaimagic.subroutines.qaoa.grover import MOST_TURNS, Reflection, turns_to
from tests.subroutines.qaoa.dense import all_states, asked, colouring, cut, independent_set

PROBLEMS = {
    "xy": colouring(nx.path_graph(3), 3),
    "controlled": independent_set(nx.gnp_random_graph(8, 0.4, seed=1)),
    "grover": independent_set(nx.petersen_graph()),
}


@pytest.mark.parametrize("mixer", PROBLEMS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nothing_leaves_the_feasible_states(mixer, seed):
    problem = PROBLEMS[mixer]
    rng = np.random.default_rng(seed)
    angles = rng.uniform(-3, 3, (2, 3))
    answer = qaoa(problem, 3, mixer=mixer, initial=angles, steps=0)
    feasible = problem.question.is_feasible(all_states(problem))
    assert answer.probabilities[~feasible].sum() < 1e-12
    assert (answer.probabilities[feasible] > 1e-9).mean() > 0.9
    assert problem.question.is_feasible(answer.samples.states).all()
    assert (answer.reach.mask == feasible).all()
    assert answer.layer.circuit.programs.reason is None


def test_xy_flips_what_is_in_no_group():
    x = bits(5)
    energy = x[0] * x[3] + x[1] - x[2] * x[4] + 4 * (x[0] + x[1] + x[2] - 1) ** 2
    problem = asked(energy, lambda s: s[:, :3].sum(axis=1) == 1, one_of=((0, 1, 2),))
    answer = qaoa(problem, 2, mixer="xy", initial=([0.7, 0.4], [0.3, 0.9]), steps=0)
    feasible = problem.question.is_feasible(all_states(problem))
    assert answer.probabilities[~feasible].sum() < 1e-12
    assert (answer.probabilities[feasible] > 1e-9).all()
    assert mixer_of(problem, "auto", None).name == "x"


def test_groups_of_one_and_of_two():
    x = bits(3)
    problem = asked(
        x[0] - x[1] + 0.5 * x[2], lambda s: s[:, 1] + s[:, 2] == 1, one_of=((0,), (1, 2))
    )
    answer = qaoa(problem, live=False)
    assert answer.mixer == "xy"
    assert answer.expectation == pytest.approx(0, abs=1e-6)
    assert answer.samples.states.tolist()[0] == [1, 1, 0]


def test_auto_follows_the_rules():
    chosen = {name: mixer_of(problem, "auto", None).name for name, problem in PROBLEMS.items()}
    assert chosen == {"xy": "xy", "controlled": "controlled", "grover": "controlled"}
    assert mixer_of(read(cut(nx.path_graph(3))), "auto", None).name == "x"


@pytest.mark.parametrize("seed", range(4))
def test_any_set_of_states_is_prepared(seed):
    rng = np.random.default_rng(seed)
    feasible = rng.random(2**6) < 0.1 + 0.2 * seed
    state = np.zeros((2,) * 6)
    state[(0,) * 6] = 1
    for turn in turns_to(feasible):
        c, s = np.cos(turn.angle / 2), np.sin(turn.angle / 2)
        where = [slice(None)] * 6
        for wire, value in zip(turn.controls, turn.values, strict=True):
            where[wire] = slice(value, value + 1)
        part = np.moveaxis(state[tuple(where)], turn.wire, 0)
        state[tuple(where)] = np.moveaxis(np.tensordot([[c, -s], [s, c]], part, 1), 0, turn.wire)
    np.testing.assert_allclose(state.ravel(), feasible / np.sqrt(feasible.sum()), atol=1e-12)


def test_equal_turns_need_few_controls():
    assert len(turns_to(np.ones(2**10, dtype=bool))) == 10
    assert all(not turn.controls for turn in turns_to(np.ones(2**10, dtype=bool)))


def test_rules_that_no_mixer_keeps():
    x = bits(4)
    energy = x.sum()
    overlapping = asked(energy, lambda s: s[:, 1] == 1, one_of=((0, 1), (1, 2)))
    with pytest.raises(ValueError, match=r"x\[1\] is in several.*grover"):
        qaoa(overlapping, mixer="xy")
    empty = asked(energy, lambda s: s[:, 0] == 1, one_of=((), (0, 1, 2, 3)))
    with pytest.raises(
        ValueError, match="rules that can be kept, but a group in `one_of` is empty"
    ):
        qaoa(empty)
    never = asked(energy, lambda s: np.zeros(len(s), dtype=bool))
    with pytest.raises(ValueError, match="rules that can be kept, but no state keeps them"):
        qaoa(never, mixer="grover")
    with pytest.raises(ValueError, match="it is `xy`, and the problem's question has no `one_of`"):
        qaoa(energy, mixer="xy")
    with pytest.raises(ValueError, match="no `none_of`"):
        qaoa(energy, mixer="controlled")
    with pytest.raises(ValueError, match="Did you mean `grover`"):
        qaoa(energy, mixer="groverr")
    with pytest.raises(ValueError, match=f"{MOST_TURNS:,} rotations can start"):
        Reflection.of(np.random.default_rng(0).random(2**12) < 0.3)


def test_a_warm_start_is_near_what_it_was_given():
    energy = cut(nx.cycle_graph(6))
    good = anneal(energy)
    cold, warm = (
        qaoa(energy, initial=([0.0], [0.0]), steps=0, warm_start=start) for start in (None, good)
    )
    by_labels = qaoa(energy, initial=([0.0], [0.0]), steps=0, warm_start=good.best)
    assert warm.probabilities.max() == pytest.approx(0.75**6)
    assert cold.probabilities.max() == pytest.approx(0.5**6)
    np.testing.assert_array_equal(warm.probabilities, by_labels.probabilities)
    best = all_states(read(energy))[warm.probabilities.argmax()]
    assert best.tolist() == good.states[0].tolist()


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ([2, 0, 0], "chances from 0 to 1.*it holds others.*by its labels"),
        ([0.5, float("nan"), 0], "it holds others"),
        ([0.5, 0.5], r"for each of the 3 variables, but its shape is \(2,\)"),
        ({"s[0]": 1, "s[1]": 0, "s[2]": 1}, r"say 1 or -1 for s\[1\], but it says 0"),
        ({"s[0]": 1}, r"for s\[1\], but it says None"),
    ],
)
def test_warm_starts_that_are_none(start, told):
    with pytest.raises(ValueError, match=told):
        qaoa(cut(nx.path_graph(3)), warm_start=start)


def test_warm_starts_go_with_flips():
    s = spins(2)
    with pytest.raises(ValueError, match="or the mixer be `x`, but the mixer is `grover`"):
        qaoa(s[0] * s[1], warm_start=[0, 1], mixer="grover")
    with pytest.raises(TypeError, match="it is a str"):
        qaoa(s[0] * s[1], warm_start="cold")
