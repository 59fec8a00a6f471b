"""``%qtrain --forecast`` and ``--budget``, as a user types them."""

import pytest
import torch
from torch import nn

from tests.training.paid import PaidDevice
from tests.training.problems import two_blobs


@pytest.fixture
def ready(notebook, monkeypatch):
    monkeypatch.setattr("qaimagic.training.forecasting.rehearsal._REPEATED", 0.0)
    monkeypatch.setattr("qaimagic.training.forecasting.rehearsal._AFFORDABLE", 0.0)
    notebook.run(notebook.ENCODER)
    X, y = two_blobs(20)
    model = nn.Sequential(nn.Linear(2, 2), notebook["encoder"], nn.Linear(2, 2))
    notebook.shell.user_ns |= {"X": X, "y": y, "model": model, "till": PaidDevice()}
    return notebook


def test_a_forecast_is_returned_and_nothing_is_trained(ready):
    before = ready["model"][0].weight.clone()
    ready.run("%qtrain model --data X y --epochs 1 --live --clip 1 --forecast -o told")
    told = ready["told"]
    assert told.chosen.circuits == 16 + 4 + 4
    assert torch.equal(before, ready["model"][0].weight)
    assert "gradient method" in ready.printed("told")
    ready.run("run = %qtrain model --data X y --epochs 1")
    assert "true" in ready.printed("told.compare(run)")


def test_code_is_the_call_of_forecast_with_what_it_takes(ready):
    said = ready.printed("%qtrain model --data X y --epochs 1 --patience 2 --forecast --code")
    assert said.strip() == "qaimagic.forecast(model, (X, y), epochs=1)"


def test_a_paid_device_needs_a_budget_and_keeps_to_it(ready):
    line = "%qtrain model --data X y --epochs 3 --batch-size 4 --device till"
    assert "`--budget 5`" in ready.refusal(line)
    assert ready["till"].submissions == []
    ready.run(f"{line} --budget 4 -o run")
    run = ready["run"]
    assert run.stop_reason == "budget"
    assert 0 < run.cost <= 4
    assert "Paid: $" in repr(run)


def test_a_loss_of_ones_own_has_a_budget_too(ready):
    ready.run("theta = torch.tensor([0.3, 0.4])")
    ready.run("%%qtrain encoder --device till --steps 50 --budget 3 -o run\nencoder(theta).sum()")
    assert ready["run"].stop_reason == "budget"
    assert ready["run"].cost <= 3


def test_a_comparison_shows_what_it_paid_and_the_energy_it_models(ready):
    ready.run(
        "%qcompare model --data X y --devices till default.qubit --seeds 1 --epochs 1 "
        "--budget 50 -o table"
    )
    free, paid = sorted(ready["table"].rows, key=lambda row: row.dollars)
    assert paid.dollars > 0
    assert paid.joules is None
    assert free.joules > 0
    text = ready.printed("table")
    assert "joules, modelled" in text
    assert f"${paid.dollars:.2f}" in text
    assert list(ready["table"].to_frame()["dollars"]) == [paid.dollars, 0]


def test_tab_offers_both_options(ready):
    assert "--forecast" in ready.completions("%qtrain model --fo")
    for magic in ("%qtrain model", "%%qtrain theta", "%qcompare model", "%%anneal"):
        assert "--budget" in ready.completions(f"{magic} --bu")
