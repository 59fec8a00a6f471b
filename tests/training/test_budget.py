"""Budgets: a run stops before it exceeds one, keeps what was learnt, and says what it cost."""

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import compare, minimize, quantum
from qaimagic.devices.saved import settings_folder
from qaimagic.devices.spending import spending
from qaimagic.errors import BudgetError
from qaimagic.training.record.store import read, write
from qaimagic.training.run import TrainingRun
from tests.training.paid import PaidDevice
from tests.training.problems import quiet, same_states, two_blobs

STEP = 8 * (1 + 2 * 3)
"""Circuits of a step: 8 samples, and two for each of 3 parameters of the circuit."""


@quantum
def encoder(inputs, theta: 2):
    qml.RY(inputs[0], wires=0)
    qml.RX(theta[0], wires=0)
    qml.RY(theta[1], wires=1)
    qml.CNOT(wires=[0, 1])
    return qml.expval(qml.Z(1))


def hybrid(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 1), encoder.new(), nn.Linear(1, 2))


def paid_run(model, device, **options):
    options = {"val": 0, "batch_size": 8, "epochs": 2, "device": device, **options}
    return quiet(model, two_blobs(32), **options)


def test_nothing_is_submitted_without_a_budget():
    device = PaidDevice()
    with pytest.raises(BudgetError, match=r"`till\.qubit` is paid for, and nothing was allowed"):
        paid_run(hybrid(), device)
    assert device.submissions == []


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_record_tells_what_devices_were_paid(share):
    device = PaidDevice(share=share)
    run = paid_run(hybrid(), device, budget=100)
    assert run.stop_reason == "finished"
    assert run.circuits == 8 * STEP
    assert run.cost == pytest.approx(device.paid) == pytest.approx(8 * STEP * 0.01 * share)


def test_a_run_stops_before_the_step_that_might_exceed_its_budget():
    device = PaidDevice(dollars=0.01)
    model = hybrid()
    run = paid_run(model, device, budget=3.5 * STEP * 0.01)
    assert (run.stop_reason, len(run.history.steps)) == ("budget", 3)
    assert run.cost == pytest.approx(3 * STEP * 0.01)
    assert run.stop_message == (
        "Stopped after 3 steps: what comes next might cost more than is left of the $1.96 allowed "
        "($1.68 spent). Everything learnt is kept."
    )
    free = hybrid()
    alone = paid_run(free, "default.qubit", epochs=None, steps=3)
    assert run.history.losses == pytest.approx(alone.history.losses)
    assert all(
        torch.allclose(one, other, atol=1e-6)
        for one, other in zip(model.state_dict().values(), free.state_dict().values(), strict=True)
    )


def test_a_run_that_the_budget_ended_goes_on_with_another_one():
    device = PaidDevice()
    model = hybrid()
    first = paid_run(model, device, budget=3.5 * STEP * 0.01)
    run = first.resume(steps=2)
    whole = paid_run(hybrid(), "default.qubit", epochs=None, steps=5)
    assert run.history.losses == pytest.approx(whole.history.losses, abs=1e-6)
    assert run.cost == pytest.approx(5 * STEP * 0.01)


def test_a_refusal_in_the_middle_of_a_step_keeps_the_weights_from_before_it():
    device = PaidDevice()
    model = hybrid()
    weights = []

    def dearer(event):
        if getattr(event, "step", 0) == 2:
            weights.append({name: w.clone() for name, w in model.state_dict().items()})
            device.dollars *= 1.2

    run = paid_run(model, device, budget=3.1 * STEP * 0.01, listeners=[dearer])
    assert (run.stop_reason, len(run.history.steps)) == ("budget", 2)
    assert same_states(model.state_dict(), weights[0])
    assert run.cost == pytest.approx(device.paid)
    assert run.cost > 2 * STEP * 0.01


def test_a_budget_for_no_step_is_refused_and_changes_nothing():
    model = hybrid()
    before = {name: w.clone() for name, w in model.state_dict().items()}
    with pytest.raises(BudgetError, match=r"of the budget of \$0\.05 are left"):
        paid_run(model, PaidDevice(), budget=0.05)
    assert same_states(before, model.state_dict())


def test_the_first_step_of_a_priced_device_is_forecast(monkeypatch, tmp_path):
    for name in ("XDG_CONFIG_HOME", "HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    file = settings_folder() / "prices.toml"
    file.parent.mkdir(parents=True)
    price = 'price = { task = 0.01, source = "the till", date = 2026-01-01 }'
    file.write_text(f'[[device]]\nnames = ["till.qubit"]\n{price}\n', encoding="utf-8")
    device = PaidDevice(dollars=0.01)
    with pytest.raises(BudgetError, match=rf"A step may cost up to \${STEP * 0.01:.2f}"):
        paid_run(hybrid(), device, shots=10, budget=0.9 * STEP * 0.01)
    assert device.submissions == []
    run = paid_run(hybrid(), device, shots=10, budget=1.1 * STEP * 0.01)
    assert len(run.history.steps) == 1


def test_validation_is_not_begun_without_the_money_for_it():
    device = PaidDevice()
    epoch = (3 * STEP + 8) * 0.01
    run = paid_run(hybrid(), device, val=0.25, budget=epoch + 3 * STEP * 0.01 + 0.05)
    assert (run.stop_reason, len(run.history.steps)) == ("budget", 6)
    assert len(run.history.epochs) == 1
    assert run.best_state is not None


def test_a_budget_that_ends_at_the_last_look_says_so():
    device = PaidDevice()
    run = paid_run(hybrid(), device, val=0.25, epochs=1, budget=(3 * STEP + 9) * 0.01)
    assert run.stop_reason == "finished"
    assert "The budget did not allow the last look at the data." in run.notices
    assert run.table[0].val_loss is None


def test_minimize_keeps_its_budget_too():
    device = PaidDevice(dollars=0.1)
    theta = torch.tensor([0.3, 0.4])
    layer = encoder.new()
    options = {"device": device, "steps": 50, "budget": 2.0, "live": False}
    run = minimize(lambda: layer(theta[:1]).sum(), {"layer": layer, "x": theta}, **options)
    assert run.stop_reason == "budget"
    assert run.cost == pytest.approx(device.paid)
    assert 1.0 < run.cost <= 2.0


def test_spsa_stops_at_a_step_boundary_as_well():
    device = PaidDevice()
    run = paid_run(hybrid(), device, opt="SPSA", budget=0.40)
    assert (run.stop_reason, len(run.history.steps)) == ("budget", 2)
    assert run.cost == pytest.approx(2 * 2 * 8 * 0.01)


def test_what_is_allowed_around_a_run_counts():
    device = PaidDevice()
    with spending(1.5 * STEP * 0.01) as budget:
        run = paid_run(hybrid(), device)
    assert run.stop_reason == "budget"
    assert budget.spent == pytest.approx(run.cost) == pytest.approx(STEP * 0.01)


def test_the_cost_is_saved_and_runs_of_earlier_versions_load(tmp_path):
    run = paid_run(hybrid(), PaidDevice(), budget=100, epochs=1)
    file = run.save(tmp_path / "run.safetensors")
    assert TrainingRun.load(file).cost == pytest.approx(run.cost)
    content = read(file)
    del content["run"]["cost"], content["state"]["cost"]
    write(file, content)
    assert TrainingRun.load(file).cost == 0


def test_a_checkpoint_goes_on_counting_what_was_paid(tmp_path):
    options = {"budget": 100, "checkpoint": tmp_path / "run.safetensors"}
    paid_run(hybrid(), PaidDevice(), epochs=1, **options)
    run = paid_run(hybrid(), PaidDevice(), epochs=2, **options)
    assert run.cost == pytest.approx(8 * STEP * 0.01)


def test_a_comparison_has_one_budget_for_all_its_runs():
    device = PaidDevice()
    found = compare(
        {"hybrid": hybrid()},
        two_blobs(32),
        devices=[device, "default.qubit"],
        seeds=2,
        val=0,
        batch_size=8,
        epochs=1,
        live=False,
        budget=6.5 * STEP * 0.01,
    )
    assert [bool(entry.error) for entry in found.entries] == [False, True, False, False]
    assert "what comes next might cost more" in found.entries[1].error
    assert found.runs[0].cost == pytest.approx(4 * STEP * 0.01)


@pytest.mark.parametrize(("budget", "error"), [(0, ValueError), ("5", TypeError)])
def test_a_budget_is_an_amount(budget, error):
    with pytest.raises(error, match="Argument `budget` must be"):
        paid_run(hybrid(), PaidDevice(), budget=budget)
