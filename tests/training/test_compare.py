"""Comparisons: fresh weights, one luck for all, honest baselines, and nothing lost."""

import builtins
import math
import signal

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import BoltzmannMachine, Comparison, compare, devices, quantum
from qaimagic.errors import CheckpointError, DeviceError, MissingExtraError
from qaimagic.training.comparison.rows import Entry, Row, band_of, verdict
from qaimagic.training.record.history import History
from qaimagic.training.record.table import Score
from qaimagic.training.run import TrainingRun
from tests.training.problems import quiet, same_states, two_blobs


@quantum
def encoder(inputs, theta: (1, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(i)) for i in range(2)]


def hybrid():
    return nn.Sequential(nn.Linear(2, 2), nn.Tanh(), encoder.new(), nn.Linear(2, 2))


def fast(models, data=None, **options):
    data = two_blobs(24) if data is None else data
    return compare(models, data, **{"live": False, "epochs": 1, "seeds": 2, "lr": 0.05, **options})


def scores(comparison):
    return [entry.score for entry in comparison.entries]


def test_the_same_call_gives_the_same_scores_and_leaves_the_model_alone():
    model = hybrid()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    first = fast({"hybrid": model}, shots=20)
    torch.rand(7)
    again = fast({"hybrid": model}, shots=20)
    assert [run.history.losses for run in first.runs] == [run.history.losses for run in again.runs]
    assert scores(first) == scores(again)
    assert same_states(before, model.state_dict())
    assert first.runs[0].history.losses != first.runs[1].history.losses


def test_ideal_devices_have_the_same_curves_since_seeds_decide_everything():
    found = fast({"hybrid": hybrid()}, devices=["qaimagic.qubit", "default.qubit"])
    ours, theirs = found.rows
    for one, other in zip(ours.runs, theirs.runs, strict=True):
        assert one.history.losses == pytest.approx(other.history.losses, abs=1e-5)
    assert [entry.device for entry in found.entries] == ["qaimagic.qubit"] * 2 + [
        "default.qubit"
    ] * 2
    assert "none is shown to be better" in found.summary


def test_the_score_is_that_of_the_kept_weights_on_the_test_data():
    X, y = two_blobs(30, seed=9)
    found = fast(lambda: nn.Linear(2, 2), seeds=[4], test=(X, y))
    [run] = found.runs
    model = nn.Linear(2, 2)
    model.load_state_dict(run.best_state)
    accuracy = (model(X).argmax(1) == y).double().mean().item()
    assert found.entries[0].score == pytest.approx(accuracy)
    assert found.entries[0].score_name == "test accuracy"


def test_a_boltzmann_machine_starts_anew_for_each_seed():
    machine = BoltzmannMachine(2, 1, chains=20)
    before = {name: tensor.clone() for name, tensor in machine.state_dict().items()}
    X = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).repeat(20, 1)
    first, again = (fast({"machine": machine}, X) for _ in range(2))
    assert same_states(before, machine.state_dict())
    assert scores(first) == scores(again)
    assert first.runs[0].history.losses != first.runs[1].history.losses


def test_the_data_are_split_as_train_splits_them_for_that_seed():
    found = fast({"line": nn.Linear(2, 2)}, seeds=[3])
    alone = quiet(nn.Linear(2, 2), two_blobs(24), epochs=1, seed=3)
    assert found.runs[0].fingerprint["data"] == alone.fingerprint["data"]


def test_a_noisy_profile_follows_the_seed_and_not_its_own():
    lab = devices.get("qaimagic.qubit", shots=10, seed=5)
    first, again = (fast({"m": hybrid()}, devices=[lab]) for _ in range(2))
    assert first.entries[0].device == "qaimagic.qubit, 10 shots"
    assert scores(first) == scores(again)
    losses = [run.history.losses for run in first.runs]
    assert losses == [run.history.losses for run in again.runs]


def test_a_sweep_trains_for_each_value():
    found = fast({"m": nn.Linear(2, 2)}, lr=None, sweep={"lr": [0.5, 0.01], "batch_size": [8, 24]})
    assert [dict(row.first.settings) for row in found.rows] == [
        {"lr": 0.5, "batch_size": 8},
        {"lr": 0.5, "batch_size": 24},
        {"lr": 0.01, "batch_size": 8},
        {"lr": 0.01, "batch_size": 24},
    ]
    assert len(found.runs[0].history.steps) == 3
    assert found.runs[0].fingerprint["lr"] == "0.5"


def test_baselines():
    found = fast({"hybrid": hybrid()}, baselines=True, test=two_blobs(20, seed=8))
    names = [row.first.model for row in found.rows]
    assert names == ["hybrid", "not entangled", "Linear + Tanh", "tuned scikit-learn"]
    whole, product, classical, tuned = found.rows
    assert product.runs[0].parameters == whole.runs[0].parameters
    assert product.runs[0].history.losses != whole.runs[0].history.losses
    assert classical.runs[0].circuits == 0
    assert classical.first.device == "none"
    assert tuned.mean > 0.8
    assert tuned.runs[0].model.startswith("SVC (C ")


def test_the_tuned_model_of_amounts_explains_a_curve():
    X = torch.linspace(-2, 2, 60).reshape(-1, 1)
    line = nn.Sequential(nn.Linear(1, 1))
    found = fast({"line": line}, (X, X.square()), baselines=True)
    tuned = found.rows[-1]
    assert tuned.runs[0].model.startswith("KernelRidge")
    assert tuned.mean > 0.9


def test_a_run_that_fails_is_a_row_and_the_others_go_on():
    small = qml.device("default.qubit", wires=1)
    found = fast({"m": hybrid()}, devices=["qaimagic.qubit", small])
    assert [entry.error == "" for entry in found.entries] == [True, True, False, False]
    assert "2 of 4 runs failed." in found.summary
    assert "failed" in repr(found)


def test_an_interrupt_keeps_what_was_finished():
    made = []

    def build():
        made.append(1)
        if len(made) == 4:
            signal.raise_signal(signal.SIGINT)
        return nn.Linear(2, 2)

    found = fast(build, seeds=4)
    assert len(found.runs) == 3
    assert "Interrupted: 1 of 4 runs are missing." in found.summary


def test_saving_and_loading(tmp_path):
    found = fast({"<b>m</b>": nn.Linear(2, 2)})
    loaded = Comparison.load(found.save(tmp_path / "kept"))
    assert repr(loaded) == repr(found)
    assert same_states(loaded.runs[1].last_state, found.runs[1].last_state)
    (tmp_path / "kept" / "comparison.json").write_text("[]")
    with pytest.raises(CheckpointError, match="no saved comparison"):
        Comparison.load(tmp_path / "kept")


def test_the_picture_and_the_table_escape_names():
    found = fast({"<b>m</b>": nn.Linear(2, 2)})
    html = found._repr_mimebundle_()["text/html"]
    assert "<b>" not in html
    assert "&lt;b&gt;m" in html
    assert "lowest to highest of 2 seeds" in html
    assert found.to_frame()["model"].tolist() == ["<b>m</b>"] * 2


def with_scores(name, values):
    runs = [
        TrainingRun(
            History(), "finished", "", metric="accuracy", table=[Score("m", 1, test_metric=v)]
        )
        for v in values
    ]
    return Row(tuple(Entry(name, "none", k, run=run) for k, run in enumerate(runs)))


def test_no_more_is_claimed_than_the_spread_allows():
    low, high = with_scores("low", [0.1, 0.2, 0.3]), with_scores("high", [0.8, 0.9, 1.0])
    middle = with_scores("middle", [0.25, 0.5, 0.85])
    assert verdict([low, high]).startswith("high is better than every other row")
    assert "overlaps that of: middle" in verdict([low, middle, high])
    assert "One seed" in verdict([with_scores("a", [0.1]), with_scores("b", [0.9])])
    assert verdict([low]) == ""


def test_the_band_of_many_seeds_is_a_standard_deviation():
    values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    deviation = math.sqrt(sum((v - 2.5) ** 2 for v in values) / 5)
    assert band_of(values) == pytest.approx((2.5 - deviation, 2.5 + deviation))


class Stuck(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))

    def forward(self, x):
        return x * self.scale


@pytest.mark.parametrize(
    ("models", "options", "kind", "message"),
    [
        (nn.Linear(2, 2), {"devices": ["default.qubitt"]}, DeviceError, "default.qubit"),
        (nn.Linear(2, 2), {"devices": ["default.qubit"] * 2}, ValueError, "is there twice"),
        ([nn.Linear(2, 2), nn.Linear(2, 2)], {}, ValueError, "two are called `Linear`"),
        ([], {}, ValueError, "it is empty"),
        (nn.Linear(2, 2), {"seeds": 0}, ValueError, "at least 1, but it is 0"),
        (nn.Linear(2, 2), {"seeds": [1, 1]}, ValueError, "seeds that differ"),
        (nn.Linear(2, 2), {"sweep": {"lrr": [1]}}, ValueError, "Did you mean `lr`"),
        (nn.Linear(2, 2), {"sweep": {"opt": [1]}}, TypeError, "by name, but `opt` has 1"),
        (nn.Linear(2, 2), {"sweep": {"lr": [0.1]}}, ValueError, "`lr` is given as well"),
        (nn.Linear(2, 2), {"sweep": {"clip": []}}, ValueError, "a list of values"),
        (nn.Linear(2, 2), {"sweep": {"clip": ["a"]}}, TypeError, "be a number"),
        (nn.Sequential(Stuck()), {}, ValueError, "no `reset_parameters`"),
        (3, {}, TypeError, "is a int"),
        (nn.Linear(5, 2), {}, ValueError, "takes 5 features"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(models, options, kind, message, capsys):
    with pytest.raises(kind, match=message):
        fast(models, **options)
    assert "1 of" not in capsys.readouterr().out


def test_without_data():
    with pytest.raises(ValueError, match="there is none"):
        compare(nn.Linear(2, 2))


def test_without_scikit_learn(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **named):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="sklearn"):
        fast(nn.Linear(2, 2), baselines=True)
