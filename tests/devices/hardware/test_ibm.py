"""IBM's machines by the code that talks to IBM, on IBM's own local stand-ins."""

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import devices, quantum, train
from qaimagic.devices.spending import spending
from qaimagic.errors import BudgetError, DeviceError, QaimagicNote
from qaimagic.training.events import RunEnded

runtime = pytest.importorskip("qiskit_ibm_runtime")
aer = pytest.importorskip("qiskit_aer")
local_service = pytest.importorskip("qiskit_ibm_runtime.fake_provider.local_service")
hardware = pytest.importorskip("qaimagic.devices.hardware.device")
ibm = pytest.importorskip("qaimagic.devices.hardware.ibm")
standins = pytest.importorskip("tests.devices.hardware.standins")
jobs = pytest.importorskip("qaimagic.devices.hardware.jobs")

ANGLES = np.array([0.3, 1.2, -2.0]), np.array([0.5, 2.0, 0.1])
SHOTS = 20_000


@pytest.fixture
def book(tmp_path):
    return jobs.JobBook(tmp_path / "book")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "open").touch()
    monkeypatch.setattr(runtime, "SamplerV2", standins.shelf_sampler(folder))
    return standins.ShelfService(folder)


def _machine(service, book, wires=None, **options):
    client = ibm.IBMClient("fake_manila", service=service)
    return hardware.HardwareDevice(client, wires, book=book, **options)


def _circuit(a, b):
    qml.RX(a, 0)
    qml.RY(b, 1)
    qml.CNOT([0, 1])
    qml.CRY(b, [1, 2])
    return qml.probs(wires=[2, 0, 1])


def _is_within_5_errors(found, exact, shots):
    return np.abs(found - exact).max() < 5 * np.sqrt(0.25 / shots)


def test_samples_follow_the_exact_chances_of_the_same_machine(book):
    node = qml.set_shots(
        qml.QNode(_circuit, _machine(local_service.QiskitRuntimeLocalService(), book, 3)), SHOTS
    )
    with spending(100):
        found = node(*ANGLES)
    exact = qml.QNode(_circuit, devices.make("ibm:FakeManilaV2", range(3)))(*ANGLES)
    ideal = qml.QNode(_circuit, qml.device("default.qubit"))(*ANGLES)
    assert _is_within_5_errors(found, exact, SHOTS)
    assert not _is_within_5_errors(found, ideal, SHOTS)


def test_a_submission_is_one_job_with_one_pub_for_each_make(shelf, book):
    x = torch.linspace(-1, 1, 4, dtype=torch.float64).reshape(2, 2)

    @quantum(device=_machine(shelf, book), shots=4000, diff_method="parameter-shift")
    def layer(inputs, theta: (2,)):
        qml.RY(inputs[0], 0)
        qml.RY(inputs[1] + theta[0], 1)
        qml.CNOT([0, 1])
        qml.RX(theta[1], 1)
        return qml.expval(qml.Z(1)), qml.expval(qml.X(0))

    layer = layer.double()
    with spending(1000):
        layer(x).sum().backward()
    sent = shelf.submissions()
    assert len(sent) == 2
    assert all(entry["pubs"] <= 2 for entry in sent)
    exact = _slopes(layer.theta.detach(), x)
    assert torch.allclose(layer.theta.grad, exact, atol=0.3)


def _slopes(theta, x):
    theta = theta.clone().requires_grad_()

    @qml.qnode(qml.device("default.qubit"), interface="torch")
    def node(row, theta):
        qml.RY(row[0], 0)
        qml.RY(row[1] + theta[0], 1)
        qml.CNOT([0, 1])
        qml.RX(theta[1], 1)
        return qml.expval(qml.Z(1)), qml.expval(qml.X(0))

    sum(sum(node(row, theta)) for row in x).backward()
    return theta.grad


def test_a_circuit_without_parameters_has_shots_of_its_own_for_each_row(book):
    tape = qml.tape.QuantumScript([qml.Hadamard(0)], [qml.sample(wires=[0])], shots=200)
    with spending(100):
        one, two = _machine(local_service.QiskitRuntimeLocalService(), book, 2).execute(
            (tape, tape)
        )
    assert np.shape(one) == np.shape(two)
    assert not np.array_equal(one, two)
    assert 0.3 < np.mean(one) < 0.7


def test_gates_it_lacks_are_decomposed_and_wires_it_lacks_are_refused(shelf, book):
    machine = _machine(shelf, book)

    def wide():
        qml.QFT(wires=range(6))
        return qml.probs(wires=[0])

    def four():
        qml.IsingXY(0.4, wires=[0, 1])
        qml.PauliRot(0.3, "XYZ", wires=[0, 1, 2])
        return qml.expval(qml.Z(0))

    with pytest.raises(DeviceError, match="has 5 wires, but the circuit has 6"):
        qml.set_shots(qml.QNode(wide, machine), 10)()
    assert shelf.submissions() == []
    with spending(100):
        found = qml.set_shots(qml.QNode(four, machine), 4000)()
    assert float(found) == pytest.approx(
        float(qml.QNode(four, qml.device("default.qubit"))()), abs=0.25
    )


def test_a_layer_runs_by_the_machines_name_with_a_profile(shelf, monkeypatch, tmp_path):
    from qaimagic.devices.hardware import vendors

    class Signed(standins.ShelfService):
        def __init__(self):
            super().__init__(shelf.folder)

        def backend(self, name):
            return super().backend(name.replace("ibm_", "fake_"))

        @staticmethod
        def saved_accounts():
            return {}

    monkeypatch.setattr(runtime, "QiskitRuntimeService", Signed)
    monkeypatch.setenv(ibm.TOKEN, "a-token")
    monkeypatch.setattr(jobs, "settings_folder", lambda: tmp_path / "settings")
    vendors._client.cache_clear()

    @quantum
    def layer(inputs, theta: (1,)):
        qml.RY(inputs[0] + theta[0], 0)
        return qml.expval(qml.Z(0))

    lab = devices.get("ibm:ibm_manila", shots=2000, seed=1)
    x = torch.tensor([[0.0], [1.0], [3.0]])
    with devices.override(lab), spending(100):
        found = layer(x).detach().flatten()
    vendors._client.cache_clear()
    exact = torch.cos(x.flatten() + layer.theta.detach())
    assert torch.allclose(found, exact, atol=0.25)
    assert [entry["pubs"] for entry in shelf.submissions()] == [1]
    assert (tmp_path / "settings" / "jobs.jsonl").read_text() == ""


def test_without_shots_nothing_is_sent(shelf, book):
    with spending(100), pytest.raises(DeviceError, match=r"answers by shots.*--shots 1000"):
        qml.QNode(_circuit, _machine(shelf, book, 3))(0.1, 0.2)
    assert shelf.submissions() == []


def test_what_may_be_spent_is_asked_before_and_what_it_came_to_counts_after(shelf, book):
    node = qml.set_shots(qml.QNode(_circuit, _machine(shelf, book, 3)), 1000)
    with pytest.raises(BudgetError, match="`ibm:fake_manila` is paid for"):
        node(0.1, 0.2)
    with spending(1), pytest.raises(BudgetError, match=r"\$1\.00 are left"):
        node(0.1, 0.2)
    assert shelf.submissions() == []
    assert not book.file.exists()
    with spending(20) as budget:
        node(0.1, 0.2)
    [entry] = shelf.submissions()
    # 2 (3.1 s + 1000 shots of 250 us) are asked for at most, and 2 s is what was used.
    assert entry["seconds"] == 7
    assert budget.spent == pytest.approx(2.0 * 1.60)


def test_a_job_whose_id_never_came_back_is_found_by_its_tag(shelf, book, monkeypatch):
    node = qml.set_shots(qml.QNode(_circuit, _machine(shelf, book, 3)), 1000)

    def crash(ticket, job):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, spending(20):
        patch.setattr(jobs.Ticket, "arrived", crash)
        with pytest.raises(KeyboardInterrupt):
            node(0.1, 0.2)
    [entry] = shelf.submissions()
    assert '"job": null' in book.file.read_text()
    with pytest.warns(QaimagicNote, match=entry["job"]):
        found = node(0.1, 0.2)
    assert len(shelf.submissions()) == 1
    assert np.sum(found) == pytest.approx(1)


@pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")
def test_a_training_ends_as_failed_with_what_was_learnt(shelf, book, monkeypatch):
    @quantum(device=_machine(shelf, book), shots=500, diff_method="parameter-shift")
    def layer(inputs, theta: (1,)):
        qml.RY(inputs[0] + theta[0], 0)
        return qml.expval(qml.Z(0))

    with torch.no_grad():
        layer.theta.fill_(0.3)
    X, y = torch.tensor([[0.0], [0.5]]), torch.tensor([[-1.0], [-1.0]])
    monkeypatch.setattr(ibm.IBMClient, "state", _fails_at(5, ibm.IBMClient.state))
    ended = []

    def keep(event):
        ended.extend([event] if isinstance(event, RunEnded) else [])

    with spending(1000), pytest.raises(DeviceError, match="has failed: the machine went dark"):
        train(layer, (X, y), epochs=4, val=None, listeners=[keep], loss="MSELoss", live=False)
    [event] = ended
    assert event.reason == "failed"
    assert len(event.run.history.steps) >= 1
    assert len(shelf.submissions()) == 5
    assert book.file.read_text() == ""
    assert float(layer.theta) != pytest.approx(0.3)


def _fails_at(number, state):
    asked = []

    def told(client, job):
        if job not in asked:
            asked.append(job)
        if asked.index(job) + 1 == number:
            (client._service.folder / f"{job}.failed").write_text("the machine went dark")
        return state(client, job)

    return told


def test_unknown_machines_get_the_nearest_name():
    service = local_service.QiskitRuntimeLocalService()
    with pytest.raises(DeviceError, match=r"no machine `ibm:fake_manla`. Did you mean `ibm:fake_"):
        ibm.IBMClient("fake_manla", service=service)


def test_the_least_busy_machine(monkeypatch):
    service = local_service.QiskitRuntimeLocalService()
    manila = service.backend("fake_manila")
    monkeypatch.setattr(service, "least_busy", lambda: manila)
    client = ibm.IBMClient("least_busy", service=service)
    assert (client.name, client.size) == ("ibm:least_busy", 5)
