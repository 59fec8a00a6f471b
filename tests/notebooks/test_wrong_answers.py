"""The check of each exercise turns wrong answers down, and says what is wrong with them."""

import copy
import re

import pytest

from qaimagic.teaching.learner import read, source
from tests.notebooks.library import (
    WITH_EXERCISES,
    answer_cells,
    errors,
    executed,
    name_of,
    with_answer,
)

# For each notebook and exercise: wrong answers, and a part of the message that each must get.
WRONG = {
    "02_hybrid_layers": {
        "shift": [
            ("shift = math.pi / 2", "The sign is wrong"),
            ("shift = 0", "is 1, but should be 0"),
            ("shift = -90", "but should be"),
            ("shift = None", "TypeError"),
        ],
        "slope": [
            ("return (f(angle + 0.001) - f(angle)) / 0.001", "but should be"),
            ("return (f(angle + 1e-6) - f(angle - 1e-6)) / 2e-6", "but should be"),
            ("return f(angle + math.pi / 2) - f(angle - math.pi / 2)", "twice the right answer"),
            ("return (f(angle - math.pi / 2) - f(angle + math.pi / 2)) / 2", "sign is wrong"),
            ("f(angle)", "is None: is a `return` missing?"),
        ],
        "largest": [
            ("largest = 3", "is half the right answer"),
            ("largest = 8", "The highest frequency is 8, but should be 6"),
        ],
        "thrice": [
            (
                "for angles in theta[:2]:\n"
                "    qml.Rot(*angles, wires=0)\n"
                "    qml.RX(inputs[0], wires=0)\n"
                "qml.Rot(*theta[2], wires=0)\n"
                "return qml.expval(qml.Z(0))",
                "The wave of frequency 3 is",
            ),
            (
                "qml.Rot(*theta[0], wires=0)\n"
                "qml.RX(3 * inputs[0], wires=0)\n"
                "qml.Rot(*theta[1], wires=0)\n"
                "return qml.expval(qml.Z(0))",
                "The wave of frequency 1 is",
            ),
            (
                "for angles in theta:\n"
                "    qml.Rot(*angles, wires=0)\n"
                "    qml.RX(inputs[0], wires=0)\n"
                "qml.Rot(*theta[3], wires=0)\n"
                "return qml.expval(qml.Z(0))",
                "A wave of frequency 4 or more is",
            ),
            (
                "qml.RY(inputs[0], wires=0)\nreturn qml.expval(qml.Z(0))",
                "is RY on wire 0, but only RX, Rot may be used",
            ),
        ],
        "merged": [
            ("qml.RZ(a, wires=0)\nqml.RZ(b, wires=0)", "at most 1 RZ, but has 2"),
            ("qml.RZ(a - b, wires=0)", "differs on |0>"),
            ("qml.RX(a + b, wires=0)", "needs at least 1 RZ"),
            ("return a + b", "must be a circuit that applies gates"),
        ],
    },
    "03_devices": {
        "shots-needed": [
            ("return 1 / error", "The number of shots for z = 0.0 and an error of 0.01 is 100"),
            ("return (1 - z**2) / error", "should be 10000"),
            ("return math.ceil(1 / error**2)", "for z = 0.6 and an error of 0.02 is 2500"),
        ],
        "shrink": [
            ("return 1 - 4 * p / 3", "but should be"),
            ("return 1 - 4 * p / 3 * gates", "but should be"),
            ("return (1 - p) ** gates", "but should be"),
        ],
        "unread": [
            ("return m", "but should be"),
            ("return m / (1 - e0 - e1)", "but should be"),
            ("return (1 - e0 - e1) * m + (e1 - e0)", "but should be"),
        ],
        "to-zero": [
            ("return (once + thrice) / 2", "The value at no noise is"),
            ("return once - (thrice - once)", "The value at no noise is"),
            ("return (3 * once + thrice) / 2", "The value at no noise is"),
        ],
    },
    "04_gradients": {
        "best-step": [
            ("return 0.5", "`best_step(10)` is 0.5, but should be"),
            ("return (3 / shots) ** (1 / 3)", "but should be"),
            ("(9 / shots) ** (1 / 6)", "is None: is a `return` missing?"),
        ],
        "shift-slopes": [
            (
                "move = math.pi / 2\nreturn [(f(angles + move) - f(angles - move)) / 2]",
                "has shape (1,), but should have (2,)",
            ),
            (
                "moves = math.pi / 2 * np.eye(len(angles))\n"
                "return [f(angles + move) - f(angles - move) for move in moves]",
                "It is twice the right answer.",
            ),
            (
                "moves = 1e-6 * np.eye(len(angles))\n"
                "return [(f(angles + move) - f(angles - move)) / 2e-6 for move in moves]",
                "but should be",
            ),
        ],
        "factors": [
            ("factors = [0.5, 0]", "but should be 0.426777"),
            ("factors = [0.4267767, 0.0732233]", "but should be -0.0732233"),
            ("factors = 0.427", "but should have (2,)"),
        ],
        "spsa": [
            (
                "return (f(angles + step * direction) - f(angles - step * direction)) / (2 * step)",
                "has shape (), but should have (3,)",
            ),
            (
                "ahead, behind = f(angles + step * direction), f(angles - step * direction)\n"
                "return (ahead - behind) / step * direction",
                "It is twice the right answer.",
            ),
            (
                "ahead, here = f(angles + direction), f(angles)\n"
                "return (ahead - here) / step * direction",
                "but should be",
            ),
        ],
        "metric": [
            ("return [[1 / 4, 0], [0, 1 / 4]]", "[1, 1] is 0.25, but should be"),
            ("return [[1 / 2, 0], [0, math.sin(a) ** 2 / 2]]", "It is twice the right answer."),
            ("return 1 / 4, math.sin(a) ** 2 / 4", "has shape (2,), but should have (2, 2)"),
        ],
        "shots-needed": [
            ("return 2**n", "It is twice the right answer."),
            ("return 2 ** (n / 2)", "but should be 1"),
            ("return n**2", "but should be"),
        ],
    },
    "05_scaling_out": {
        "speed-up": [
            (
                "return serial + (1 - serial) / workers",
                "`speed_up(0.0, 2)` is 0.5, but should be 2",
            ),
            ("return workers", "`speed_up(1.0, 8)` is 8, but should be 1"),
            ("return 1 / serial if serial else workers", "`speed_up(0.1, 2)` is 10"),
            ("return (1 - serial) * workers", "`speed_up(1.0, 8)` is 0, but should be 1"),
            ("1 / (serial + (1 - serial) / workers)", "is None: is a `return` missing?"),
        ],
        "break-even": [
            ("return overhead / each", "is half the right answer"),
            ("return overhead / (each / workers)", "`break_even(0.01, 0.002, 1000)` is 5000"),
            ("return overhead * (1 - 1 / workers) / each", "is 2.5, but should be 10"),
            ("return each * workers / overhead", "is 0.4, but should be 10"),
            ("overhead / each", "is None: is a `return` missing?"),
        ],
        "same-luck": [
            (
                "different_seeds = 1 / math.sqrt(2000)\nsame_seed = 1 / math.sqrt(2000)",
                "The scatter with the seeds 1 and 1 is 0.0223607, but should be 0.03",
            ),
            (
                "different_seeds = 1 / math.sqrt(1000)\nsame_seed = 1 / math.sqrt(2000)",
                "The scatter with the seeds 1 and 2 is 0.0316228, but should be 0.02",
            ),
            (
                "different_seeds = 1 / math.sqrt(1000) / 2\nsame_seed = 1 / math.sqrt(1000)",
                "The scatter with the seeds 1 and 2 is 0.0158114, but should be 0.02",
            ),
            ("different_seeds = 1 / math.sqrt(2000)\nsame_seed = 0", "seeds 1 and 1 is 0, but"),
        ],
        "serial-share": [
            ("return two / one", "The share where 0.0 is serial is 0.5, but should be 0"),
            ("return 1 - 2 * two / one", "sign is wrong"),
            ("return 1 - two / one", "The share where 0.0 is serial is 0.5, but should be 0"),
            ("return 2 * one / two - 1", "The share where 0.0 is serial is 3, but should be 0"),
            ("2 * two / one - 1", "is None: is a `return` missing?"),
        ],
    },
    "06_seeing": {
        "tell-apart": [
            ("qml.Hadamard(0)", "it is 0.707|0> - 0.707i|1>, but should be |0> (fidelity 0.500)"),
            ("qml.S(0)\nqml.Hadamard(0)", "it is |1>, but should be |0> (fidelity 0.000)"),
            (
                "qml.Hadamard(0)\nqml.adjoint(qml.S(0))",
                "it is 0.707|0> - 0.707|1>, but should be |0>",
            ),
            (
                "qml.Hadamard(0)\nqml.adjoint(qml.S(1))",
                "Your answer acts on 2 wire(s), but should act on 1.",
            ),
            ("pass", "it is 0.707|0> + 0.707i|1>, but should be |0>"),
        ],
        "entropy": [
            (
                "shares = [math.cos(a / 2) ** 2, math.sin(a / 2) ** 2]\n"
                "return -sum(p * math.log(p) for p in shares if p > 0)",
                "`entropy(0.5)` is 0.23028, but should be 0.332225",
            ),
            (
                "shares = [math.cos(a) ** 2, math.sin(a) ** 2]\n"
                "return -sum(p * math.log2(p) for p in shares if p > 0)",
                "`entropy(0.5)` is 0.777748, but should be 0.332225",
            ),
            (
                "shares = [math.cos(a / 2) ** 2, math.sin(a / 2) ** 2]\n"
                "return sum(p * math.log2(p) for p in shares if p > 0)",
                "The sign is wrong.",
            ),
            ("return 1", "`entropy(0.0)` is 1, but should be 0"),
        ],
        "drowned": [
            ("return math.log2(shots) / 2", "It is half the right answer."),
            ("return 2 * math.log2(shots)", "It is twice the right answer."),
            ("return math.log(shots)", "`drowned(2)` is 0.693147, but should be 1"),
            ("return 1 / math.sqrt(shots)", "`drowned(2)` is 0.707107, but should be 1"),
        ],
        "thermometer": [
            ("return gap / math.log(low / high)", "The temperature where 0.5 is right is 1.04977"),
            (
                "return gap / math.log((high / high_states) / (low / low_states))",
                "The sign is wrong.",
            ),
            (
                "return math.log((low / low_states) / (high / high_states)) / gap",
                "The temperature where 2.0 is right is 0.5, but should be 2",
            ),
            (
                "return gap / math.log2((low / low_states) / (high / high_states))",
                "The temperature where 2.0 is right is 1.38629",
            ),
            (
                "gap / math.log((low / low_states) / (high / high_states))",
                "is None: is a `return` missing?",
            ),
        ],
    },
    "10_optimization_qaoa": {
        "cut-energy": [
            ("return sum((1 - s[u] * s[v]) / 2 for u, v in roads)", "The sign is wrong"),
            ("return sum(s[u] * s[v] - 1 for u, v in roads)", "is twice the right answer"),
            ("return sum(s[u] * s[v] for u, v in roads)", "is 6, but should be 0"),
            ("return -sum(s[u] == s[v] for u, v in roads)", "is -6, but should be 0"),
            ("sum((s[u] * s[v] - 1) / 2 for u, v in roads)", "is None: is a `return` missing?"),
        ],
        "needs": [
            ("return a * b", "`needs(0, 1)` is 0, but should be 1"),
            ("return a * (1 - b)", "`needs(0, 1)` is 0, but should be 1"),
            ("return b - a", "`needs(1, 0)` is -1, but should be 0"),
            ("return int(b == 1 and a == 0)", "so they cannot be compared"),
        ],
        "delivered": [
            ("return theta / math.pi", "but should be"),
            ("return ((1 - math.cos(theta)) / 2) / (theta / math.pi)", "but should be"),
            ("return (theta / math.pi) / (1 - math.cos(theta))", "is half the right answer"),
            ("return (theta / math.pi) / ((1 + math.cos(theta)) / 2)", "but should be"),
        ],
        "one-layer": [
            (
                "for wires in [(0, 1), (1, 2), (0, 2)]:\n"
                "    qml.IsingZZ(gamma, wires=wires)\n"
                "for wire in range(3):\n"
                "    qml.RX(beta, wires=wire)",
                "differs on |000>",
            ),
            (
                "for wires in [(0, 1), (1, 2)]:\n"
                "    qml.IsingZZ(2 * gamma, wires=wires)\n"
                "for wire in range(3):\n"
                "    qml.RX(2 * beta, wires=wire)",
                "differs on |",
            ),
            (
                "for wire in range(3):\n"
                "    qml.RX(2 * beta, wires=wire)\n"
                "for wires in [(0, 1), (1, 2), (0, 2)]:\n"
                "    qml.IsingZZ(2 * gamma, wires=wires)",
                "differs on |",
            ),
            (
                "for wires in [(0, 1), (1, 2), (0, 2)]:\n"
                "    qml.IsingZZ(2 * gamma, wires=wires)\n"
                "for wire in range(3):\n"
                "    qml.RX(-2 * beta, wires=wire)",
                "differs on |",
            ),
        ],
        "nodes-seen": [
            ("return 2 * p + 2", "`nodes_seen(1, 3)` is 4, but should be 6"),
            ("return 2 * (d - 1) ** p", "`nodes_seen(1, 2)` is 2, but should be 4"),
            (
                "return 2 * sum(d**k for k in range(p + 1))",
                "`nodes_seen(1, 2)` is 6, but should be 4",
            ),
            (
                "return sum((d - 1) ** k for k in range(p + 1))",
                "is half the right answer",
            ),
        ],
        "reads-needed": [
            ("return 1 / success", "at q = 0.02 and c = 0.99 is 0.36417"),
            ("return confidence / success", "The chance that all reads miss"),
            (
                "return math.log(1 - success) / math.log(1 - confidence)",
                "The chance that all reads miss, at q = 0.5",
            ),
            (
                "return math.log(confidence) / math.log(success)",
                "The chance that all reads miss, at q = 0.5",
            ),
        ],
    },
    "11_optimization_vqe": {
        "energy-of": [
            (
                "return np.vdot(state, H @ state).real",
                "The energy of 3 times the next state is -43.4558, but should be -4.82843",
            ),
            (
                "return (state @ H @ state / np.vdot(state, state)).real",
                "The energy of a random state is",
            ),
            (
                "return np.vdot(state, H @ state).real / np.linalg.norm(state)",
                "The energy of 3 times the next state is -14.4853",
            ),
            ("return levels[0]", "The energy of 3 times the next state is -5.22625"),
        ],
        "mean-field": [
            ("return -4 - h**2", "`mean_field(3.0)` is -13, but should be -12"),
            ("return -4 * max(1, h)", "`mean_field(0.5)` is -4, but should be -4.25"),
            ("return 4 + h**2 if h < 2 else 4 * h", "The sign is wrong."),
            ("return -1 - h**2 / 4 if h < 2 else -h", "`mean_field(0.0)` is -1, but should be -4"),
        ],
        "two-levels": [
            ("return (a + d) / 2 + math.sqrt(((a - d) / 2) ** 2 + k**2)", "The sign is wrong."),
            (
                "return (a + d) / 2 - math.sqrt((a - d) ** 2 + k**2)",
                "is 0, but should be 1",
            ),
            ("return (a + d) / 2 - abs(k)", "is 2, but should be 1"),
            ("return a + d - math.sqrt((a - d) ** 2 + 4 * k**2)", "It is twice the right answer."),
        ],
        "slope": [
            ("return (1j * np.vdot(state, (H @ A - A @ H) @ state)).real", "The sign is wrong."),
            ("return np.vdot(state, (A @ H - H @ A) @ state).real", "but should be -1.36179"),
            ("return (1j * np.vdot(state, A @ H @ state)).real", "It is half the right answer."),
            ("return np.vdot(state, (A @ H + H @ A) @ state).real", "The slope is"),
        ],
        "shots-in-all": [
            (
                "return len(deviations) * sum(s**2 for s in deviations) / error**2",
                "for deviations [3.0, 1.0] and an error of 0.1 is 2000, but should be 1600",
            ),
            ("return sum(s**2 for s in deviations) / error**2", "It is half the right answer."),
            ("return sum(deviations) ** 2 / error", "is 8, but should be 16"),
            ("return sum(deviations) / error**2", "is 8, but should be 16"),
        ],
        "too-low": [
            ("return 0.5", "`too_low(2)` is 0.5, but should be 0.75"),
            ("return 0.5**k", "`too_low(2)` is 0.25, but should be 0.75"),
            ("return k / 2", "`too_low(2)` is 1, but should be 0.75"),
            ("1 - 0.5**k", "is None: is a `return` missing?"),
        ],
    },
    "12_training_weights_by_optimization": {
        "walsh": [
            (
                "a, b, c, d = f(1, 1), f(1, -1), f(-1, 1), f(-1, -1)\n"
                "return [a + b + c + d, a + b - c - d, a - b + c - d, a - b - c + d]",
                "The expansion of the loss[0] is 6, but should be 1.5.",
            ),
            (
                "a, b, c, d = f(1, 1), f(1, -1), f(-1, 1), f(-1, -1)\n"
                "return [(a + b + c + d) / 4, (a - b + c - d) / 4, (a + b - c - d) / 4,\n"
                "    (a - b - c + d) / 4]",
                "The expansion of product 1[1] is 0, but should be 1.",
            ),
            (
                "a, b, c, d = f(1, 1), f(1, -1), f(-1, 1), f(-1, -1)\n"
                "return [(a + b + c + d) / 4, (a + b - c - d) / 4, (a - b + c - d) / 4]",
                "has shape (3,), but should have (4,)",
            ),
        ],
        "pretended": [
            ("return 0.0", "`pretended(0.5, 1.0, -1.0)` is 0, but should be 4"),
            ("return 2 * (w * x - y) * x", "`pretended(0.5, 1.0, -1.0)` is 3, but should be 4"),
            (
                "return 2 * ((1 if w >= 0 else -1) * x - y) * x",
                "`pretended(1.5, 1.0, -1.0)` is 4, but should be 0",
            ),
            (
                "return (1 if w >= 0 else -1) * x - y if abs(w) <= 1 else 0",
                "It is half the right answer.",
            ),
        ],
        "penalty": [
            ("return (p - x * y) ** 2", "The length of the longest product is 3, but must be at"),
            ("return abs(p - x * y)", "TypeError"),
            ("return x * y - p", "The penalty at x = 0, y = 0, p = 1 is -1, but must be at least"),
            (
                "return x * y - 2 * p * (x + y) + 2 * p",
                "The penalty at x = 0, y = 1, p = 1 is 0, but must be at least 1.",
            ),
            (
                "return 0.5 * (x * y - 2 * p * (x + y) + 3 * p)",
                "The penalty at x = 0, y = 1, p = 1 is 0.5, but must be at least 1.",
            ),
        ],
        "until": [
            ("return each / s", "`until(0.9, 10)` is 11.1111, but should be 20"),
            ("return math.log(0.01) / math.log(1 - s)", "`until(0.9, 10)` is 2, but should be 20"),
            ("return each * math.log(0.99) / math.log(1 - s)", "but should be 20"),
            ("return each * math.log(1 - s) / math.log(0.01)", "`until(0.9, 10)` is 5, but"),
        ],
        "n-terms": [
            ("return 2 ** (n * m + 1)", "`n_terms(3, 1)` is 16, but should be 10"),
            (
                "return 2 + 2 * m * 2**n + math.comb(m, 2) * 4**n",
                "`n_terms(3, 1)` is 18, but should be 10",
            ),
            (
                "return 2 + m * 2**n + m * (m - 1) * 4 ** (n - 1)",
                "`n_terms(3, 2)` is 50, but should be 34",
            ),
            ("return 2 + m * 2**n", "`n_terms(3, 2)` is 18, but should be 34"),
        ],
    },
}


def with_wrong_answers(master):
    """Return a master with each wrong answer and its check, and the right one again, inserted.

    Cells that train are left out: no check needs them.
    """
    table = WRONG[name_of(master)]
    notebook = copy.deepcopy(read(master))
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or re.search("%(qtrain|qcompare)", source(cell)):
            continue
        cells.append(cell)
        exercise = cell["id"].removeprefix("check-")
        if not cell["id"].startswith("check-"):
            continue
        right = cells[-2]
        for number, (answer, _) in enumerate(table[exercise]):
            cells.append(with_answer(right, answer, f"answer-{exercise}-{number}"))
            cells.append({**copy.deepcopy(cell), "id": f"wrong-{exercise}-{number}"})
        cells.append({**copy.deepcopy(right), "id": f"again-{exercise}"})
    return {**notebook, "cells": cells}


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=name_of)
def test_every_exercise_has_wrong_answers_to_turn_down(path):
    exercises = {cell["id"] for cell in answer_cells(read(path))}
    assert set(WRONG[name_of(path)]) == exercises
    assert all(WRONG[name_of(path)].values())


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=name_of)
def test_wrong_answers_fail_with_a_message_of_their_own(path):
    cells = {cell["id"]: cell for cell in executed(with_wrong_answers(path))["cells"]}
    for exercise, answers in WRONG[name_of(path)].items():
        assert errors(cells[f"check-{exercise}"]) == []
        for number, (answer, message) in enumerate(answers):
            assert errors(cells[f"answer-{exercise}-{number}"]) == []
            found = errors(cells[f"wrong-{exercise}-{number}"])
            assert len(found) == 1, f"accepted for {exercise}: {answer}"
            assert message in found[0], f"{exercise}: {answer}"
