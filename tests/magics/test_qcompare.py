"""``%qcompare`` in a real shell."""

import inspect

import pytest

from qaimagic import Comparison
from qaimagic.magics.qcompare import _OPTIONS
from qaimagic.training.compare import compare


@pytest.fixture(autouse=True)
def _deterministic_text(monkeypatch):
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")


@pytest.fixture
def prepared(notebook):
    notebook.run(notebook.ENCODER)
    notebook.run(
        "torch.manual_seed(0)\nX = torch.rand(24, 2)\ny = (X.sum(1) > 1).long()\n"
        "model = nn.Sequential(encoder, nn.Linear(2, 2))\nsmall = nn.Linear(2, 2)\n"
        "lab = __import__('qaimagic').devices.get('qaimagic.qubit', depolarizing=0.1)"
    )
    return notebook


def test_models_devices_and_seeds(prepared):
    line = "model small --data X y --devices qaimagic.qubit lab --seeds 2 --steps 1"
    told = prepared.printed(f"%qcompare {line} -o found")
    found = prepared["found"]
    assert isinstance(found, Comparison)
    assert [(row.first.model, row.first.device) for row in found.rows] == [
        ("model", "qaimagic.qubit"),
        ("model", "qaimagic.qubit, depolarizing 0.1"),
        ("small", "none"),
    ]
    assert "6 of 6: small, seed 1: validation accuracy" in told


def test_a_sweep(prepared):
    prepared.run("%qcompare small --data X y --seeds 1 --steps 2 --sweep lr=0.1,0.01 -o found")
    assert [dict(e.settings) for e in prepared["found"].entries] == [{"lr": 0.1}, {"lr": 0.01}]


def test_a_sweep_over_names_is_told_in_the_labels(prepared):
    prepared.run("from torch.optim import SGD\nfast = 0.5")
    line = "%qcompare small --data X y --seeds 1 --steps 2 --sweep opt=Adam,SGD lr=fast,0.01"
    told = prepared.printed(f"{line} -o found")
    assert "4 of 4: small, opt SGD, lr 0.01, seed 0: validation accuracy" in told
    found = prepared["found"]
    assert [row.name for row in found.rows][:2] == [
        "small, opt Adam, lr 0.5",
        "small, opt Adam, lr 0.01",
    ]
    assert [run.fingerprint["opt"] for run in found.runs] == ["Adam", "Adam", "SGD", "SGD"]
    assert "opt SGD, lr 0.01" in found.plot().html()
    code = prepared.printed(f"{line} --code").splitlines()[-1]
    assert code.endswith("sweep={'opt': ['Adam', 'SGD'], 'lr': [fast, 0.01]})")


def test_the_code_says_the_same(prepared):
    line = "small --data X y --devices default.mixed lab --seeds 1 --epochs 1 --sweep lr=0.1,0.2"
    code = prepared.printed(f"%qcompare {line} -o found --code").splitlines()[-1]
    assert code == (
        "found = qaimagic.compare({'small': small}, (X, y), devices=['default.mixed', lab], "
        "seeds=1, epochs=1, sweep={'lr': [0.1, 0.2]})"
    )
    prepared.run(f"import qaimagic\n{code}")
    assert len(prepared["found"].runs) == 2


def test_the_cluster_is_part_of_the_call(prepared):
    code = prepared.printed("%qcompare small --data X y --cluster 2 --code").splitlines()[-1]
    assert code == "qaimagic.compare({'small': small}, (X, y), cluster=2)"
    for word in ("auto", "tcp://10.0.0.5:8786"):
        code = prepared.printed(f"%qcompare small --data X y --cluster {word} --code")
        assert f"cluster='{word}')" in code
    message = prepared.refusal("%qcompare small --data X y --cluster all")
    assert "must be a number of processes" in message


def test_options_are_those_of_the_function():
    names = {option.name for option in _OPTIONS} | {"sweep"}
    parameters = inspect.signature(compare).parameters
    assert names == {n for n, p in parameters.items() if p.default is not p.empty}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Name the models"),
        ("small small --data X y", "`small` is there twice"),
        ("smal --data X y", "Did you mean `small`?"),
        ("small X --data X y", "Data goes behind `--data`"),
        ("small", "there is none"),
        ("small --data X y --devices default.qubitt", "Did you mean `default.qubit`?"),
        ("small --data X y --seeds 0", "at least 1"),
        ("small --data X y --sweep lr", "sweeps nothing"),
        ("small --data X y --sweep lr=0.1,", "`lr` lacks a value"),
        ("small --data X y --sweep lr=quick", "There is no `quick`"),
        ("small --data X y --sweep opt=Adamm,SGD", "Did you mean `Adam`"),
        ("small --data X y --sweep optt=Adam", "Did you mean `opt`"),
        ("small --data X y --sweep opt=Adam --opt SGD", "`opt` is given as well"),
        ("small --data X y --sweep depth=1,2", "it names `depth`"),
    ],
)
def test_refusals(prepared, line, message):
    assert message in prepared.refusal(f"%qcompare {line}")


def test_completion(prepared):
    assert {"model", "small", "encoder"} <= set(prepared.completions("%qcompare "))
    assert prepared.completions("%qcompare small --devices default.m") == ["default.mixed"]
    assert "--baselines" in prepared.completions("%qcompare small --base")
    assert "lr=" in prepared.completions("%qcompare small --sweep l")
