"""Machines at Amazon Braket by the code that talks to Braket, on Braket's own local simulators."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pennylane as qml
import pytest

from qaimagic import devices
from qaimagic.devices.hardware.device import HardwareDevice
from qaimagic.devices.hardware.jobs import JobBook
from qaimagic.devices.machines.tables import Gate, Make, Part
from qaimagic.devices.spending import spending
from qaimagic.errors import BudgetError, DeviceError

pytest.importorskip(
    "braket.devices", reason='`pip install "qaimagic[braket]"` in a place of its own'
)
aws = pytest.importorskip("qaimagic.devices.hardware.aws")

SHOTS = 10_000
ANGLES = np.array([0.3, 1.2]), np.array([0.5, 2.0])


class Counted:
    """A local simulator that counts what was submitted."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.properties = simulator.properties
        self.sent = []

    def run(self, circuit, shots):
        self.sent.append(self.simulator.run(circuit, shots=shots))
        return self.sent[-1]


@pytest.fixture
def make(tmp_path):
    from braket.devices import LocalSimulator

    def made(simulator=None, wires=None):
        machine = Counted(simulator or LocalSimulator("default"))
        client = aws.AWSClient("Garnet", device=machine)
        return machine, HardwareDevice(client, wires, book=JobBook(tmp_path))

    return made


def _circuit(a, b):
    qml.RX(a, 0)
    qml.RY(b, 1)
    qml.RZ(a, 1)
    qml.CNOT([0, 1])
    qml.CRY(b, [1, 2])
    qml.adjoint(qml.T(2))
    return qml.probs(wires=[2, 0, 1])


def test_samples_follow_the_exact_chances(make):
    machine, device = make()
    with spending(100):
        found = qml.set_shots(qml.QNode(_circuit, device), SHOTS)(*ANGLES)
    exact = qml.QNode(_circuit, qml.device("default.qubit"))(*ANGLES)
    assert np.abs(found - exact).max() < 5 * np.sqrt(0.25 / SHOTS)
    assert len(machine.sent) == 2


def test_a_noisy_machine_answers_as_its_density_matrix_says(make):
    from braket.circuits import Noise
    from braket.circuits.noise_model import GateCriteria, NoiseModel
    from braket.devices import LocalSimulator

    model = NoiseModel()
    model.add_noise(Noise.BitFlip(0.1), GateCriteria())
    _, device = make(LocalSimulator("braket_dm", noise_model=model), wires=2)

    def circuit(chance=None):
        qml.RX(0.4, 0)
        if chance:
            qml.BitFlip(chance, 0)
        qml.CNOT([0, 1])
        for wire in range(2 if chance else 0):
            qml.BitFlip(chance, wire)
        return qml.probs(wires=[0, 1])

    node = qml.QNode(circuit, device)
    with spending(100):
        found = qml.set_shots(node, SHOTS)()
    noisy = qml.QNode(circuit, qml.device("default.mixed", 2))
    assert np.abs(found - noisy(0.1)).max() < 5 * np.sqrt(0.25 / SHOTS)


def test_every_gate_means_the_same_as_pennylanes(make):
    _, device = make(wires=2)
    rng = np.random.default_rng(0)
    spread = [qml.RY(0.7, 0), qml.RX(1.1, 1), qml.CNOT([0, 1]), qml.RZ(0.5, 1)]
    for name in sorted(device._client.gates - {"U3"}):
        kind = getattr(qml, name.removeprefix("Adjoint(").removesuffix(")"))
        gate = kind(*rng.normal(size=kind.num_params), wires=range(kind.num_wires))
        gate = qml.adjoint(gate) if name.startswith("Adjoint") else gate
        last = [qml.RX(0.9, 0), qml.RY(0.4, 1)]
        tape = qml.tape.QuantumScript([*spread, gate, *last], [qml.probs(wires=[0, 1])])
        with spending(100):
            [found] = qml.execute([tape.copy(shots=SHOTS)], device, diff_method=None)
        [exact] = qml.execute([tape], qml.device("default.qubit"), diff_method=None)
        assert np.abs(found - exact).max() < 5 * np.sqrt(0.25 / SHOTS), name


def test_each_task_and_shot_is_paid_for(make):
    machine, device = make()
    node = qml.set_shots(qml.QNode(_circuit, device), 1000)
    with pytest.raises(BudgetError, match=r"`aws:Garnet` is paid for.*up to \$3\.50"):
        node(*ANGLES)
    assert machine.sent == []
    with spending(5) as budget:
        node(*ANGLES)
    assert budget.spent == pytest.approx(2 * (0.30 + 1000 * 0.00145))


def test_barriers_and_unknown_prices_are_refused_before_anything_is_sent(make, tmp_path):
    machine, device = make()

    @qml.qnode(device)
    def circuit():
        qml.Hadamard(0)
        qml.Barrier(0)
        qml.Hadamard(0)
        return qml.expval(qml.Z(0))

    with spending(10), pytest.raises(DeviceError, match="compiles across barriers"):
        qml.set_shots(circuit, 10)()
    nameless = HardwareDevice(aws.AWSClient("Unheard", device=machine), book=JobBook(tmp_path))
    with spending(10), pytest.raises(DeviceError, match="No list price of device `aws:Unheard`"):
        qml.set_shots(qml.QNode(_circuit, nameless), 10)(0.1, 0.2)
    assert machine.sent == []


def test_names_are_checked_without_a_network(monkeypatch, tmp_path):
    for sign in aws._SIGNS:
        monkeypatch.delenv(sign, raising=False)
    for file in aws._FILES:
        monkeypatch.setenv(file, str(tmp_path / "none"))
    with pytest.raises(DeviceError, match=r"no machine `aws:Garnt`. Did you mean `Garnet`"):
        devices.info("aws:Garnt")
    assert "run `aws configure`" in devices.info("aws:Garnet").missing
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert devices.info("aws:Garnet").ready


def test_a_ticket_goes_to_aws_as_the_token_that_makes_a_task_once(monkeypatch):
    """The request as botocore would send it, with an answer of botocore's own stub."""
    import boto3
    from botocore.stub import ANY, Stubber
    from braket.devices import LocalSimulator

    client = boto3.client(
        "braket", region_name="eu-north-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    arn = aws.arns()["Garnet"]

    def run(circuit, shots):
        answer = client.create_quantum_task(
            deviceArn=arn, shots=shots, outputS3Bucket="bucket", outputS3KeyPrefix="tasks",
            action=json.dumps(circuit.to_ir("OPENQASM").dict()),
        )  # fmt: skip
        return SimpleNamespace(id=answer["quantumTaskArn"])

    session = SimpleNamespace(braket_client=client)
    properties = LocalSimulator("default").properties
    machine = SimpleNamespace(run=run, properties=properties, aws_session=session)
    part = Part(Make(1, (Gate("RX", (0,), (0,)),), (0,)), np.array([[0.25]]), 10)
    task = f"{re.sub(':device.*', '', arn)}123456789012:quantum-task/one"
    expected = {
        "clientToken": "our-ticket", "deviceArn": arn, "shots": 10, "outputS3Bucket": "bucket",
        "outputS3KeyPrefix": "tasks", "action": ANY,
    }  # fmt: skip
    with Stubber(client) as stub:
        stub.add_response("create_quantum_task", {"quantumTaskArn": task}, expected)
        assert aws.AWSClient("Garnet", device=machine).submit([part], "our-ticket") == task
        stub.assert_no_pending_responses()
        stub.add_response("create_quantum_task", {"quantumTaskArn": task}, expected)
        with pytest.raises(Exception, match="clientToken"):
            run(aws._circuit(part.make, part.rows[0]), 10)


class Bucket:
    """A session with one task, whose result Braket's simulator has written into a bucket."""

    def __init__(self, body):
        self.body = body
        self.status = "QUEUED"

    def get_quantum_task(self, arn):
        bucket = {"outputS3Bucket": "bucket", "outputS3Directory": "tasks/one"}
        reason = {"failureReason": "the laser was off"} if self.status == "FAILED" else {}
        action = {"actionMetadata": {"actionType": "braket.ir.openqasm.program"}}
        return {"quantumTaskArn": arn, "status": self.status, **action, **bucket, **reason}

    def retrieve_s3_object_body(self, bucket, key):
        assert (bucket, key) == ("bucket", "tasks/one/results.json")
        return self.body


def test_a_task_of_an_earlier_kernel_is_read_from_its_bucket():
    from braket.default_simulator import StateVectorSimulator
    from braket.devices import LocalSimulator

    gates = (Gate("PauliX", (0,), ()), Gate("RX", (1,), (0,)))
    part = Part(Make(2, gates, (1, 0)), np.array([[0.0]]), 300)
    program = aws._circuit(part.make, part.rows[0]).to_ir("OPENQASM")
    session = Bucket(StateVectorSimulator().run(program, shots=300).json())
    properties = LocalSimulator("default").properties
    machine = SimpleNamespace(properties=properties, aws_session=session)
    client = aws.AWSClient("Garnet", device=machine)
    task = "arn:aws:braket:eu-north-1:123456789012:quantum-task/one"
    assert client.state(task) == "waiting"
    session.status = "COMPLETED"
    assert client.state(task) == "done"
    [read] = client.result(task, [part])
    np.testing.assert_array_equal(read, np.tile([0, 1], (1, 300, 1)))


def test_a_task_that_failed_says_why():
    from braket.devices import LocalSimulator

    session = Bucket("")
    session.status = "FAILED"
    properties = LocalSimulator("default").properties
    machine = SimpleNamespace(properties=properties, aws_session=session)
    client = aws.AWSClient("Garnet", device=machine)
    task = "arn:aws:braket:eu-north-1:123456789012:quantum-task/one"
    assert client.state(task) == "failed"
    assert client.reason(task) == "the laser was off"
    assert client.cost(task) is None
