import math

import numpy as np
import pytest
import torch
from torch import nn

from qaimagic import BoltzmannMachine, BornMachine, compare_generators
from qaimagic.distributions import bars_and_stripes, mmd
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.runner import Runner
from qaimagic.subroutines.generative.contract import Generator
from qaimagic.subroutines.generative.data import Data
from qaimagic.subroutines.generative.judging import Judge
from qaimagic.subroutines.generative.references import Again

PATTERNS = bars_and_stripes(2)
PAIRS = [[0, 0], [0, 0], [0, 0], [1, 1]]


class Shifted(nn.Module):
    """Real numbers from a normal distribution whose mean it learns."""

    def __init__(self, d=2):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(d))

    def reset_parameters(self):
        nn.init.zeros_(self.mean)

    def training_loss(self, batch):
        X = batch[0] if isinstance(batch, tuple | list) else batch
        return (X - self.mean).square().mean()

    def sample(self, n):
        return self.mean + torch.randn(n, len(self.mean))


class Wild(Shifted):
    """One whose samples are not finite."""

    def sample(self, n):
        return super().sample(n) / 0


def compared(models, X, **options):
    return compare_generators(models, X, live=False, **{"steps": 3, "seeds": 2, **options})


def test_each_model_and_its_twin_stand_beside_what_they_have_to_beat(capsys):
    result = compared({"Born": BornMachine(2)}, PAIRS)

    assert [row.name for row in result.models] == ["Born", "Born, twin"]
    assert [row.name for row in result.references] == [
        "the data themselves",
        "independent bits",
        "uniform",
    ]
    assert "1 of 4: Born on qaimagic.qubit, lr 0.05, seed 0" in capsys.readouterr().out
    assert all(isinstance(each, Generator) for each in (BornMachine(2), BornMachine(2).twin()))


def test_references_have_their_closed_forms():
    result = compared(BoltzmannMachine(2, 1, device="anneal:exact"), PAIRS, samples=4000)
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    themselves, independent, uniform = result.references

    assert result.entropy == pytest.approx(entropy)
    assert themselves.mean("kl").value == pytest.approx(0, abs=1e-12)
    assert independent.mean("kl").value == pytest.approx(entropy)
    assert uniform.mean("log_likelihood").value == pytest.approx(-math.log(4))
    product = np.outer([0.75, 0.25], [0.75, 0.25]).reshape(-1)
    assert independent.mean("mmd").value == pytest.approx(mmd(PAIRS, product), abs=0.01)
    assert independent.mean("valid").value == pytest.approx(0.75**2 + 0.25**2, abs=0.04)
    assert [independent.parameters, uniform.parameters] == [2, 0]


def test_the_data_themselves_have_the_discrepancy_that_follows_from_counting():
    data = Data.of(PAIRS, None, None)
    judge = Judge(data, 50)
    found = [judge.reference(Again(data), seed).mmd for seed in range(400)]
    near = math.exp(-1)
    within = 0.75**2 + 0.25**2 + 2 * 0.75 * 0.25 * near

    assert np.mean(found) == pytest.approx((1 - within) / 50, rel=0.15)


def test_a_born_machine_learns_more_than_independent_bits_know():
    result = compared({"Born": BornMachine(4, loss="kl")}, PATTERNS, steps=60, lr=0.1, twins=False)
    born, row = result["Born"], result["independent bits"]

    assert born.mean("kl").value < 0.2 * row.mean("kl").value
    assert born.mean("valid").value > 0.9
    assert born.mean("kl").standard_error > 0
    curve = born.trials[0].curve
    assert curve[-1] < 0.2 * curve[0]
    assert born.values("kl")[0] == pytest.approx(curve[-1], rel=1e-6)


def test_looking_changes_neither_weights_nor_counts():
    machine = BornMachine(2, shots=20)
    result = compared({"Born": machine}, PAIRS, steps=4, twins=False, samples=10)
    [first, _] = result["Born"].trials

    per_step = 1 + 2 * 10
    assert first.circuits - 4 * per_step in range(2 * per_step)
    assert first.shots == 20 * first.circuits
    again = compared({"Born": machine}, PAIRS, steps=4, twins=False, samples=500)
    assert again["Born"].values("log_likelihood") == result["Born"].values("log_likelihood")
    assert machine.circuit.circuits == 0


def test_held_out_data_are_predicted():
    result = compared(BornMachine(2), PAIRS, X_test=[[0, 1]])
    row = result["BornMachine"]

    assert row.mean("test_log_likelihood").value < 0
    assert result["the data themselves"].mean("test_log_likelihood").value == -math.inf
    assert result["independent bits"].mean("test_log_likelihood").value == pytest.approx(
        math.log(0.75 * 0.25)
    )


def test_real_numbers_stand_beside_a_gaussian():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2)) * 0.5 + [1.0, -1.0]
    result = compared(Shifted(), X, steps=60, lr=0.1, samples=300)
    row = result["Shifted"]

    assert [each.name for each in result.references] == ["the data themselves", "a Gaussian"]
    assert result["a Gaussian"].parameters == 5
    assert row.mean("kl") is None
    assert row.mean("valid") is None
    assert result["a Gaussian"].mean("mmd").value < 3 * result.floor
    assert row.mean("mmd").value > 10 * result.floor
    assert "MMD² of samples" in repr(result)
    assert result.drawn().text.startswith("Shifted: samples: 200 points about (")
    with pytest.raises(ValueError, match="two numbers a sample"):
        compared(Shifted(1), X[:, :1]).drawn()


def test_samples_of_real_numbers_are_measured_by_the_public_discrepancy():
    X = np.random.default_rng(1).normal(size=(30, 2))
    result = compared(Shifted(), X, bandwidth=[0.5, 2.0], samples=8)
    first = result["Shifted"].trials[0].judgement

    assert first.mmd == pytest.approx(mmd(X, first.samples, bandwidth=[0.5, 2.0]))


def test_what_fails_is_a_row_with_its_reason():
    X = np.random.default_rng(1).normal(size=(20, 2))
    result = compared({"good": Shifted(), "wild": Wild()}, X)

    assert "must be finite" in result["wild"].errors[0]
    assert result["wild"].mean("mmd") is None
    assert result["good"].mean("mmd") is not None
    assert "must be finite" in result.plot().html()


def test_pictures_tables_and_lines_say_the_same():
    result = compared({"a <b>": BornMachine(2)}, PAIRS, twins=False)
    html = result.plot().html()

    assert "a &lt;b&gt;" in html
    assert "a <b>" not in html
    assert "independent bits" in html
    assert result.drawn().text.startswith("data: 00 11; a <b>: ")
    assert repr(result) == repr(compared({"a <b>": BornMachine(2)}, PAIRS, twins=False))
    frame = result.to_frame()
    assert list(frame.model.unique()) == ["a <b>", *(row.name for row in result.references)]
    assert (frame.error == "").all()


def test_functions_make_models_and_rates_are_each_models_own(capsys):
    def born():
        return BornMachine(2, loss="kl")

    result = compared([born], PAIRS, lr={"born": 0.2, "born, twin": 0.1}, seeds=[4])

    assert [row.name for row in result.models] == ["born", "born, twin"]
    told = capsys.readouterr().out
    assert "born on qaimagic.qubit, lr 0.2, seed 4" in told
    assert "born, twin, lr 0.1, seed 4" in told
    assert math.isnan(result["born"].mean("kl").standard_error)


class Guessing(BoltzmannMachine):
    """One that estimates its likelihood."""

    def log_likelihood(self, X):
        return Estimate(-1.0 * X.shape[1], 0.1)


def test_an_estimated_likelihood_is_no_divergence():
    rivals = {"sure": BoltzmannMachine(2, 1, device="anneal:exact"), "not": Guessing(2, 1)}
    result = compared(rivals, PAIRS)

    assert not result.by_likelihood
    assert result["sure"].mean("kl") is not None
    assert result["not"].mean("kl") is None


def test_nobody_looks_where_samples_are_paid_for(monkeypatch):
    monkeypatch.setattr(Runner, "is_paid", property(lambda _runner: True))
    result = compared({"Born": BornMachine(2)}, PAIRS, twins=False)

    assert result["Born"].trials[0].curve == ()
    assert result["Born"].mean("kl") is not None
    assert "<svg" in result.plot().html()


@pytest.mark.parametrize(
    ("models", "X", "options", "error", "words"),
    [
        (nn.Linear(2, 2), PAIRS, {}, TypeError, "Linear without `training_loss`"),
        (3, PAIRS, {}, TypeError, "functions that return one"),
        ([], PAIRS, {}, ValueError, "at least one model"),
        ([Shifted(), Shifted()], PAIRS, {}, ValueError, "two are called `Shifted`"),
        (Shifted(), [1.0, 2.0], {}, ValueError, "second axis"),
        (Shifted(), [[1.0, math.nan]], {}, ValueError, "must be finite"),
        (Shifted(), [["a", "b"]], {}, TypeError, "array of numbers"),
        (Shifted(), [[0.5, 1.0]] * 3, {}, ValueError, "they are all the same"),
        (Shifted(), PAIRS, {"X_test": [[1, 0, 1]]}, ValueError, r"shape \(n_samples, 2\)"),
        (Shifted(), PAIRS, {"lr": 0}, ValueError, "must be above 0"),
        (Shifted(), PAIRS, {"lr": {"Shifte": 0.1}}, ValueError, "Did you mean `Shifted`"),
        (Shifted(), PAIRS, {"lr": {}}, ValueError, "`Shifted` has none"),
        (Shifted(), PAIRS, {"steps": 0}, ValueError, "must be at least 1"),
        (Shifted(), PAIRS, {"samples": 1}, ValueError, "must be at least 2"),
        (Shifted(), PAIRS, {"seeds": 0}, ValueError, "must be at least 1"),
        (Shifted(), PAIRS, {"bandwidth": 0.0}, ValueError, "must be above 0"),
        (Shifted(), PAIRS, {"budget": -1}, ValueError, "must be above 0"),
        (BornMachine(3), PAIRS, {}, ValueError, r"shape \(n_samples, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_runs(
    models, X, options, error, words, capsys
):
    with pytest.raises(error, match=words):
        compared(models, X, **options)
    assert capsys.readouterr().out == ""


def test_a_measure_or_a_model_that_is_not_there_is_named():
    result = compared(Shifted(), PAIRS)

    with pytest.raises(ValueError, match="Did you mean `mmd`"):
        result["Shifted"].mean("mmmd")
    with pytest.raises(ValueError, match="Did you mean `Shifted`"):
        result["Shift"]


def test_test_data_of_bits_are_bits():
    X = bars_and_stripes(2)
    with pytest.raises(ValueError, match="`X_test` must hold zeros and ones as `X` does"):
        compare_generators(BornMachine(4), X, X_test=0.3 * X)
