"""The benchmark of attention compares like with like, and runs."""

from __future__ import annotations

import math

import pytest
import torch

import qaimagic
from benchmarks import attention


@pytest.fixture
def short(monkeypatch):
    """A text of a few windows."""
    whole = attention.text()
    for cached in (attention.text, attention.alphabet):
        cached.cache_clear()
    monkeypatch.setattr(attention, "topics", {"one": whole[:3000]})
    yield
    for cached in (attention.text, attention.alphabet):
        cached.cache_clear()


def test_windows_predict_each_character_once(short):
    learnt, held_out = attention.windows(7)
    predicted = "".join(attention.alphabet()[k] for k in learnt[:, 1:].flatten())
    assert attention.text()[1:].startswith(predicted)
    rest = "".join(attention.alphabet()[k] for k in held_out[:, 1:].flatten())
    assert rest in attention.text()[2700:]
    assert len(predicted) + len(rest) > 3000 - 2 * 8 - 2


def test_counts_of_pairs_cost_their_entropy():
    rows = torch.tensor([[0, 1, 0, 1, 0], [0, 2, 0, 2, 0]])
    assert attention.bigram_bits(rows, rows, extra=1e-9) == pytest.approx(0.5, abs=1e-6)


def test_an_untrained_reader_costs_about_the_alphabet(short):
    learnt, _ = attention.windows(8)
    bits = attention.reader("quantum", 8).training_loss((learnt,)).item()
    assert bits == pytest.approx(math.log2(len(attention.alphabet())), abs=0.8)


def test_all_kinds_begin_alike_and_differ_in_scores(short):
    learnt, _ = attention.windows(8)
    models = {kind: attention.reader(kind, 8) for kind in attention.KINDS}
    states = {kind: model.state_dict() for kind, model in models.items()}
    for state in states.values():
        for name, weight in state.items():
            if name != "attention.scale":
                torch.testing.assert_close(weight, states["quantum"][name])
    answers = [model(learnt[:, :-1]) for model in models.values()]
    for k, one in enumerate(answers):
        assert all(not torch.allclose(one, other) for other in answers[k + 1 :])


def test_nothing_later_leaks_into_a_readers_answer(short):
    model = attention.reader("quantum", 8)
    rows = attention.windows(8)[0][:2, :-1]
    changed = rows.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % len(attention.alphabet())
    assert torch.equal(model(rows)[:, :5], model(changed)[:, :5])


def test_a_reader_learns_shows_itself_and_goes_on(short):
    learnt, held_out = attention.windows(8)
    model = attention.reader("quantum", 8)
    run = qaimagic.train(model, learnt, val=held_out, lr=0.01, epochs=3, live=False)
    assert run.history.epochs[-1].val_loss < run.history.epochs[0].val_loss
    picture = model.glimpse(learnt)
    assert "attention over character attended to and character, 8 x 8 points" in picture.text
    assert len(model.continued("The", 5)) == 8


def test_the_table_has_a_row_for_each_kind_and_rate(short, monkeypatch):
    monkeypatch.setattr(attention, "milliseconds", lambda kinds, _: dict.fromkeys(kinds, 1.0))
    rows = list(attention.lines(seeds=2, epochs=1, n_wires=2))
    assert sum(row.startswith("| quantum") for row in rows) == len(attention.RATES)
    assert all(row.count("|") == 7 for row in rows[3:])
