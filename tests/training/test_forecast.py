"""Forecasts: circuits to the last one, money by hand, and nothing submitted to who is paid."""

import math
import socket

import pennylane as qml
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from qaimagic import HybridLayer, devices, forecast, quantum
from qaimagic.bridge.depth import longest_chain, two_qubit_depth
from qaimagic.devices.prices import figures
from qaimagic.errors import DeviceError
from qaimagic.layers.depth import depth_of
from qaimagic.training.forecasting.carrying_out import Place
from qaimagic.training.forecasting.rehearsal import Line, Point
from tests.training.paid import PaidDevice
from tests.training.problems import quiet, same_states, two_blobs


@pytest.fixture(autouse=True)
def quickly(monkeypatch, request):
    """Measure no longer than it takes to count, but where times are the matter."""
    if "times" not in request.node.name:
        monkeypatch.setattr("qaimagic.training.forecasting.rehearsal._REPEATED", 0.0)
        monkeypatch.setattr("qaimagic.training.forecasting.rehearsal._AFFORDABLE", 0.0)


@quantum
def encoder(inputs, theta: 2):
    qml.RY(inputs[0], wires=0)
    qml.RX(theta[0], wires=0)
    qml.CNOT(wires=[0, 1])
    qml.RY(theta[1], wires=1)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(1))


def hybrid():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 1), encoder.new(), nn.Linear(2, 2))


def told_and_true(model, data, **options):
    told = forecast(model, data, **options)
    return told, quiet(model, data, **options)


@pytest.mark.parametrize("batch_size", [4, 7])
@pytest.mark.parametrize(
    ("device", "shots"), [("qaimagic.qubit", None), ("default.qubit", 20), ("ibm:FakeManilaV2", 20)]
)
def test_circuits_are_those_that_run(device, shots, batch_size):
    options = {"device": device, "shots": shots, "batch_size": batch_size, "epochs": 2}
    told, run = told_and_true(hybrid(), two_blobs(20), test=two_blobs(5), **options)
    assert told.chosen.circuits == run.circuits
    assert told.chosen.shots == (None if shots is None else shots * run.circuits)
    assert told.compare(run).circuits == run.circuits
    assert told.device == run.device


@pytest.mark.parametrize(
    "options",
    [
        {"steps": 7, "batch_size": 6},
        {"epochs": 1, "val": 0, "batch_size": 32},
        {"epochs": 1, "batch_size": 1},
        {"epochs": 2, "opt": "SPSA"},
        {"epochs": 2, "opt": "QNG"},
        {"epochs": 2, "opt": "QNSPSA"},
        {"epochs": 1, "opt": "Rotosolve", "batch_size": 10},
    ],
    ids=lambda options: " ".join(f"{name}={value}" for name, value in options.items()),
)
def test_circuits_of_other_lengths_and_optimizers_are_those_that_run(options):
    layer = encoder.new()
    model = nn.Sequential(nn.Linear(2, 1).requires_grad_(False), layer)
    if options.get("opt") == "Rotosolve":
        options = {**options, "loss": lambda out, _y: out[:, 0].mean(), "metric": "accuracy"}
    told, run = told_and_true(model, two_blobs(20), device="default.qubit", **options)
    assert told.chosen.circuits == run.circuits > 0
    assert told.steps == len(run.history.steps)


def test_each_method_has_the_circuits_that_run_by_it():
    model = hybrid()
    layer = model[1]
    options = {"device": "default.qubit", "epochs": 1, "batch_size": 8}
    told = forecast(model, two_blobs(20), **options)
    methods = {row.method: row.circuits for row in told.rows}
    assert set(methods) == {
        "best",
        "backprop",
        "adjoint",
        *devices.info("default.qubit").diff_methods,
    }
    for method, circuits in methods.items():
        again = quantum(diff_method=method)(layer.circuit.function)
        rival = nn.Sequential(nn.Linear(2, 1), again, nn.Linear(2, 2))
        assert quiet(rival, two_blobs(20), **options).circuits == circuits


def test_circuits_by_parameter_shift_are_counted_by_hand():
    options = {"device": "default.qubit", "shots": 10, "epochs": 3, "batch_size": 8, "val": 0.25}
    told = forecast(hybrid(), two_blobs(24), **options)
    bases = 1
    forward, backward = bases, 2 * 3 * bases
    assert told.chosen.circuits == 3 * (18 * (forward + backward) + 6 * forward) + 6 * forward


def test_a_model_without_data_and_one_without_circuits():
    energy = encoder.new()
    theta = nn.Parameter(torch.zeros(1))

    class Energy(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.theta = energy, theta

        def forward(self):
            return self.layer(self.theta).sum()

    told, run = told_and_true(Energy(), None, steps=3, device="default.qubit", shots=10)
    assert told.chosen.circuits == run.circuits > 0
    classical = forecast(nn.Linear(2, 2), two_blobs(20), epochs=1)
    assert classical.chosen.circuits == 0
    assert classical.depths == {}


def test_data_of_a_loader_are_counted_batch_by_batch():
    loader = DataLoader(TensorDataset(*two_blobs(21)), batch_size=6)
    told, run = told_and_true(hybrid(), loader, epochs=2, device="default.qubit", shots=5)
    assert told.chosen.circuits == run.circuits


def test_the_model_is_left_as_it_is():
    model = hybrid()
    before = {name: w.clone() for name, w in model.state_dict().items()}
    random = torch.get_rng_state()
    forecast(model, two_blobs(20), epochs=1)
    assert same_states(before, model.state_dict())
    assert model[1].circuits == 0
    assert torch.equal(random, torch.get_rng_state())


def test_a_device_that_is_paid_for_is_never_asked():
    device = PaidDevice()
    options = {"device": device, "shots": 10, "epochs": 1, "batch_size": 8}
    told = forecast(hybrid(), two_blobs(20), **options)
    assert device.submissions == []
    assert told.chosen.method == "parameter-shift"
    assert {row.method for row in told.rows}.isdisjoint({"adjoint", "backprop", "best"})
    run = quiet(hybrid(), two_blobs(20), budget=100, **options)
    assert run.circuits == told.chosen.circuits


@pytest.mark.parametrize("mitigate", [None, "zne"])
def test_hardware_counts_as_its_copy_does_and_is_not_contacted(monkeypatch, mitigate):
    def refuse(*_, **__):
        raise OSError("a forecast needs no network")

    monkeypatch.setenv("QISKIT_IBM_TOKEN", "a-token-that-is-not-used")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    @quantum
    def layer(inputs, theta: (2,)):
        qml.RX(inputs[0] + theta[0], wires=0)
        qml.CNOT([0, 1])
        qml.RY(theta[1], wires=1)
        return qml.expval(qml.Z(0)), qml.expval(qml.X(0) @ qml.X(1))

    X = torch.linspace(-1, 1, 6).reshape(-1, 1)
    y = torch.tensor([0, 1, 0, 1, 0, 1])
    rows = []
    for name in ("ibm:FakeManilaV2", "ibm:ibm_torino"):
        device = devices.get(name, shots=20, mitigate=mitigate)
        told = forecast(layer, (X, y), epochs=1, val=0, device=device)
        rows.append(next(row for row in told.rows if row.is_chosen))
    here, there = rows
    assert (here.circuits, here.shots) == (there.circuits, there.shots)
    assert here.dollars == 0 < there.dollars


def test_money_follows_from_circuits_and_the_list_price():
    told = forecast(hybrid(), two_blobs(20), device="aws:Garnet", shots=1000, epochs=1)
    circuits = told.chosen.circuits
    assert told.chosen.dollars == pytest.approx(circuits * (0.30 + 1000 * 0.00145))
    assert told.chosen.seconds is None
    assert "aws.amazon.com/braket/pricing" in repr(told)
    assert "Prices need a number of shots" in repr(
        forecast(hybrid(), two_blobs(20), device="aws:Garnet", epochs=1)
    )


def test_machines_by_the_second_have_their_jobs_counted():
    place = Place("ibm:ibm_torino", True, 1000, figures("ibm:ibm_torino"))
    row = place.row("spsa", Point(circuits=100, jobs=20, seconds=1.0), is_chosen=True)
    seconds = 100 * 1000 * 250e-6 + 20 * 3.1
    assert row.seconds == pytest.approx(seconds)
    assert row.dollars == pytest.approx(1.6 * seconds)
    assert row.joules == pytest.approx(26000 * seconds)


def test_a_step_of_a_machine_is_two_jobs():
    model = hybrid()
    options = {"shots": 1000, "steps": 5, "val": 0}
    told = forecast(model, two_blobs(20), device="ibm:ibm_torino", **options)
    looks = 0
    shots = told.chosen.circuits * 1000 * 250e-6
    assert told.chosen.seconds == pytest.approx(shots + 3.1 * (5 * 2 + looks))


def test_an_unknown_device_is_still_refused():
    with pytest.raises(DeviceError, match="not installed"):
        forecast(hybrid(), two_blobs(20), device="default.qubti")


def test_the_layers_of_a_qnode_have_one_row():
    @qml.qnode(qml.device("default.qubit"), diff_method="parameter-shift")
    def circuit(inputs, theta):
        qml.RY(inputs[..., 0], wires=0)
        qml.RX(theta, wires=0)
        return qml.expval(qml.Z(0))

    model = nn.Sequential(nn.Linear(2, 1), HybridLayer(circuit, {"theta": ()}), nn.Linear(1, 2))
    told, run = told_and_true(model, two_blobs(20), epochs=1)
    assert [row.method for row in told.rows] == ["parameter-shift"]
    assert told.chosen.circuits == run.circuits


def test_the_depth_is_that_after_compilation():
    assert forecast(hybrid(), two_blobs(20), epochs=1).depths == {"encoder": 1}

    @quantum
    def ring(inputs, theta: 3):
        qml.AngleEmbedding(inputs, wires=range(3))
        for i in range(3):
            qml.CRX(theta[i], wires=[i, (i + 1) % 3])
        return qml.expval(qml.Z(0))

    assert depth_of(ring) == 3
    for machine in ("ibm:FakeManilaV2", "google:rainbow"):
        with devices.override(machine):
            assert depth_of(ring) >= 6


def test_depths_by_hand():
    assert longest_chain([]) == 0
    assert longest_chain([(0, 1), (2, 3), (1, 2), (0,), (0, 3), (2, 0)]) == 3
    shape = qml.StronglyEntanglingLayers.shape(1, 4)
    ring = qml.tape.QuantumScript([qml.StronglyEntanglingLayers(torch.zeros(shape), range(4))])
    assert two_qubit_depth(ring) == 4
    barrier = qml.tape.QuantumScript([qml.CNOT([0, 1]), qml.Barrier([0, 1]), qml.CZ([0, 1])])
    assert two_qubit_depth(barrier) == 2


def test_two_sizes_tell_a_line():
    line = Line(base=3, slope=5, jobs=2, constant=0.1, rate=0.01)
    assert line.at(10) == Point(53, 2, pytest.approx(0.2))


def test_a_slow_run_is_told_with_what_would_be_faster(monkeypatch):
    monkeypatch.setattr("qaimagic.training.forecasting.carrying_out._SLOW", 1e-3)
    options = {"device": "default.qubit", "shots": 10, "epochs": 30, "batch_size": 8}
    told = forecast(hybrid(), two_blobs(200), **options)
    assert "This is slow" in repr(told)
    n = max(1, int(1e-3 / told.chosen.seconds * told.n_samples))
    circuits = round(told.chosen.circuits * n / told.n_samples)
    assert f"With {n:,} of the 160 samples it would be about {circuits:,} circuits" in repr(told)


def test_times_are_of_the_right_size():
    options = {"device": "default.qubit", "shots": 50, "epochs": 3, "batch_size": 8}
    told, run = told_and_true(hybrid(), two_blobs(40), **options)
    true = sum(row.seconds for row in run.history.epochs)
    assert abs(math.log(told.chosen.seconds / true)) < math.log(6)


def test_html_is_escaped_and_names_what_it_models():
    told = forecast(hybrid(), two_blobs(20), epochs=1)
    html = told._repr_mimebundle_()["text/html"]
    assert "energy, modelled" in html
    assert ">Forecast for Sequential" in html
    evil = type(told)(**{**vars(told), "model": "<script>"})
    assert "<script>" not in evil._repr_mimebundle_()["text/html"]
