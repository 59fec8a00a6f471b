"""A model that shows itself: now and then, at the end, and without changing the run."""

import torch

import qaimagic
from qaimagic.drawing.page import Picture
from qaimagic.training.events import Glimpse, RunEnded
from tests.training.problems import same_states

STRIPES = torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]).repeat(8, 1)


def trained(listeners=(), device="anneal:gibbs", **options):
    torch.manual_seed(0)
    machine = qaimagic.BoltzmannMachine(4, 3, device=device, chains=50)
    given = {"val": 0, "steps": 30, "lr": 0.05, "live": False} | options
    return machine, qaimagic.train(machine, STRIPES, listeners=listeners, **given)


def test_the_last_picture_comes_before_the_end_and_shows_the_learnt_machine():
    heard = []
    machine, _ = trained([heard.append])
    *_, glimpse, end = heard
    assert isinstance(glimpse, Glimpse)
    assert isinstance(end, RunEnded)
    assert glimpse.step == 30
    assert glimpse.text.startswith("data: ")
    assert "reconstruction: " in glimpse.text
    assert "samples: " in glimpse.text
    assert "<svg" in glimpse.svg
    assert machine.glimpse(STRIPES[:2]).text.startswith("data: 1100 0011; reconstruction: ")


def test_a_run_is_the_same_whether_it_is_looked_at_or_not(monkeypatch):
    from qaimagic.training.watch import glimpses

    monkeypatch.setattr(glimpses, "_PAUSE", 0.0)
    seen = []
    often, _ = trained([lambda event: seen.append(event) if isinstance(event, Glimpse) else None])
    assert len(seen) >= 30
    monkeypatch.setattr(qaimagic.BoltzmannMachine, "glimpse", None)
    monkeypatch.delattr(qaimagic.BoltzmannMachine, "glimpse")
    never, _ = trained()
    same_states(often.state_dict(), never.state_dict())


def test_an_annealer_is_not_asked_for_a_picture():
    asked = []

    class Counted:
        temperature = 1.0

        def __init__(self):
            from qaimagic.devices.annealers import get

            self._inner = get("anneal:gibbs")
            self.parameters = self._inner.parameters

        def sample(self, bqm, **options):
            asked.append(bqm)
            return self._inner.sample(bqm, **options)

    machine, run = trained(device=Counted(), steps=3)
    assert len(asked) == len(run.history.steps) + 1, "one for each step, and for the trial"
    machine.glimpse(STRIPES)
    assert len(asked) == len(run.history.steps) + 1


def test_an_exact_machine_shows_samples_of_itself():
    machine, _ = trained(device="anneal:exact")
    assert "samples: " in machine.glimpse(STRIPES).text


def test_a_model_is_shown_samples_of_several_batches():
    class Shown(torch.nn.Linear):
        def training_loss(self, batch):
            return self(batch).square().mean()

        def glimpse(self, X):
            self.rows = len(X)
            return Picture("<svg></svg>", "seen")

    for count, expected in ((50, 50), (500, 200)):
        model = Shown(3, 1)
        qaimagic.train(model, torch.randn(count, 3), val=0, epochs=1, live=False)
        assert model.rows == expected
