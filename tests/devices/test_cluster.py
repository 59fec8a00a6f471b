"""A local cluster of Dask's: its answers, and workers that are killed or out of reach."""

import math
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time

import pennylane as qml
import pytest
import torch

from qaimagic import devices, quantum
from qaimagic._clock import Clock
from qaimagic.devices.cluster import connection
from qaimagic.devices.cluster.device import busiest
from qaimagic.devices.cluster.worker import Report
from qaimagic.errors import DeviceError, MemoryNeedError, MissingExtraError

pytest.importorskip("distributed")


def entangled(inputs, theta):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(0)), qml.expval(qml.X(1) @ qml.Y(2))]


def outcome(device, n_samples=5, body=entangled):
    """The answers, the gradients of inputs and weights, and the number of circuits."""
    torch.manual_seed(0)
    layer = quantum(body, weight_shapes={"theta": (1, 3, 3)}, device=device)
    layer = layer.double()
    data = torch.randn(n_samples, 3, dtype=torch.float64, requires_grad=True)
    answer = layer(data)
    answer.sum().backward()
    return [answer.detach(), data.grad, layer.theta.grad], layer.circuits


def slow(inputs, theta):
    """A circuit of about 50 ms on density matrices."""
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    for wire in range(3, 7):
        qml.IsingXX(0.3, wires=(0, wire))
        qml.AmplitudeDamping(0.1, wires=wire)
    return qml.expval(qml.Z(0))


def workers():
    return set(connection.client_of(2).run(os.getpid).values())


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def tasks_done():
    """How many parts each worker has run."""
    return connection.client_of(2).run(lambda dask_worker: len(dask_worker.state.log))


@pytest.mark.parametrize(
    ("device", "noise"), [("default.mixed", {"damping": 0.1}), ("lightning.qubit", {})]
)
def test_exact_answers_gradients_and_counts_are_those_without_a_cluster(device, noise):
    def body(inputs, theta):
        return entangled(inputs, theta)

    shapes = {"theta": (1, 3, 3)}
    layer = quantum(body, weight_shapes=shapes, device=device, diff_method="parameter-shift")
    layer = layer.double()
    data = torch.randn(5, 3, dtype=torch.float64)
    found = []
    for cluster in (None, 2):
        before = layer.circuits
        layer.theta.grad = None
        with devices.override(devices.get(device, cluster=cluster, **noise)):
            answer = layer(data)
            answer.sum().backward()
        found.append((answer.detach(), layer.theta.grad, layer.circuits - before))
    here, there = found
    torch.testing.assert_close(here[0], there[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(here[1], there[1], rtol=0, atol=1e-12)
    assert here[2] == there[2] > 50


def test_shots_of_a_seed_are_the_same_on_any_number_of_workers():
    def drawn(seed, cluster):
        return outcome(devices.get("default.qubit", shots=100, seed=seed, cluster=cluster))

    (two, n_two), (one, n_one), (other, _) = drawn(1, 2), drawn(1, 1), drawn(2, 2)
    assert all(map(torch.equal, one, two))
    assert not torch.equal(two[0], other[0])
    assert n_one == n_two
    exact, _ = outcome("qaimagic.qubit")
    assert (two[0] - exact[0]).abs().max() < 5 / math.sqrt(100)
    connection.close(1)


def test_a_gram_matrix_is_computed_by_all_workers():
    def overlap(inputs):
        qml.AngleEmbedding(inputs[:2], wires=range(2))
        qml.adjoint(qml.AngleEmbedding)(inputs[2:], wires=range(2))
        return qml.probs(wires=range(2))

    points = torch.randn(20, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    pairs = torch.cat([points.repeat_interleave(20, 0), points.repeat(20, 1)], 1)
    kernel = quantum(overlap, device=devices.get("default.mixed", cluster=2)).double()
    before = tasks_done()
    with torch.no_grad():
        gram = kernel(pairs)[:, 0].reshape(20, 20)
    wanted = torch.cos((points[:, None] - points[None]) / 2).prod(-1) ** 2
    torch.testing.assert_close(gram, wanted, rtol=0, atol=1e-12)
    shares = [after - before[worker] for worker, after in tasks_done().items()]
    assert kernel.circuits == 400
    assert len(shares) == 2
    assert min(shares) >= 2


def test_parts_of_one_submission_have_different_shots():
    def body(inputs, theta):
        qml.RX(math.pi / 2 + 0 * inputs[0] + 0 * theta[0], wires=0)
        return qml.expval(qml.Z(0))

    lab = devices.get("default.qubit", shots=1000, seed=1, cluster=2)
    layer = quantum(body, weight_shapes={"theta": (1,)}, device=lab)
    with torch.no_grad():
        answers = layer(torch.zeros(64, 1)).flatten()
    assert len(answers.unique()) > 16
    assert abs(float(answers.mean())) < 5 / math.sqrt(64 * 1000)


def test_a_killed_worker_loses_nothing_and_counts_nothing_twice():
    lab = devices.get("default.mixed", shots=200, seed=4, cluster=2)
    wanted, n_wanted = outcome(lab, 3, slow)
    victim = min(workers())
    killer = threading.Timer(0.4, os.kill, (victim, signal.SIGKILL))
    killer.start()
    found, n_found = outcome(lab, 3, slow)
    assert not killer.is_alive()
    assert victim not in workers()
    assert all(map(torch.equal, found, wanted))
    assert n_found == n_wanted


def test_an_interrupt_ends_the_submission_and_not_the_cluster():
    lab = devices.get("default.mixed", cluster=2)
    outcome(lab, 1, slow)
    before = workers()
    everyone = [os.getpid(), *before]

    def interrupt():
        for process in everyone:
            os.kill(process, signal.SIGINT)

    threading.Timer(1.0, interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        outcome(lab, 20, slow)
    client = connection.client_of(2)
    start = time.monotonic()
    while any(client.processing().values()) and time.monotonic() < start + 10:
        time.sleep(0.1)
    assert not any(client.processing().values())
    assert workers() == before
    assert outcome(lab, 1, slow)[1] > 0


def test_an_error_in_a_circuit_comes_back_as_it_is():
    def struck(inputs, theta):
        qml.AngleEmbedding(inputs, wires=range(3))
        qml.StronglyEntanglingLayers(theta, wires=range(3))
        qml.AmplitudeDamping(0.1, wires=0)
        return qml.expval(qml.Z(0))

    with pytest.raises(DeviceError, match="AmplitudeDamping"):
        outcome(devices.get("default.qubit", cluster=2), 2, struck)
    wide = qml.tape.QuantumScript([qml.RX(0.1, wire) for wire in range(50)], [qml.expval(qml.Z(0))])
    with pytest.raises(qml.exceptions.DeviceError, match="up to 30 wires, but this one has 50"):
        devices.get("qaimagic.qubit", cluster=2).make(50).execute(wide)


def test_errors_of_ours_travel_between_processes():
    memory = pickle.loads(pickle.dumps(MemoryNeedError(40, 2**44, 2**30, doubles=True)))
    assert "float32" in str(memory)
    assert memory.need == 2**44
    extra = pickle.loads(pickle.dumps(MissingExtraError("A cluster", "dask")))
    assert (extra.extra, str(extra)) == ("dask", str(MissingExtraError("A cluster", "dask")))


def test_a_scheduler_out_of_reach_is_said_soon_and_nothing_runs():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    layer = quantum(
        entangled,
        weight_shapes={"theta": (1, 3, 3)},
        device=devices.get("default.qubit", cluster=address),
    )
    start = time.monotonic()
    with pytest.raises(DeviceError, match=f"No Dask scheduler answers at `{address}`. Check"):
        layer(torch.zeros(2, 3))
    assert time.monotonic() - start < 8
    assert layer.circuits == 0


def test_any_scheduler_is_reached_by_its_address():
    from distributed import LocalCluster

    quiet = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    with LocalCluster(n_workers=1, processes=False, protocol="tcp", **quiet) as cluster:
        address = cluster.scheduler_address
        found, _ = outcome(devices.get("default.qubit", cluster=address))
        connection.close(address)
    wanted, _ = outcome("default.qubit")
    torch.testing.assert_close(found[0], wanted[0])


def test_without_dask_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(connection, "_connections", {})
    with pytest.raises(MissingExtraError, match=r'pip install "qaimagic\[dask\]"'):
        outcome(devices.get("default.qubit", cluster=2))


def test_a_local_cluster_listens_on_loopback_alone_and_is_encrypted():
    client = connection.client_of(2)
    assert client.scheduler.address.startswith("tls://127.0.0.1:")
    psutil = pytest.importorskip("psutil")
    own = [psutil.Process(process) for process in (os.getpid(), *workers())]
    listening = [c for p in own for c in p.net_connections() if c.status == "LISTEN"]
    assert len(listening) >= 3
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    assert set(client.run(os.getenv, "OMP_NUM_THREADS").values()) == {"1"}


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_workers_of_all_clusters_are_forked_from_a_process_of_one_thread():
    psutil = pytest.importorskip("psutil")
    connection.close(2)  # its workers may have been replaced
    of_one, of_two = (connection.client_of(n).run(os.getppid).values() for n in (1, 2))
    (template,) = {*of_one, *of_two}
    assert psutil.Process(template).num_threads() == 1
    connection.close(1)
    ready = connection.client_of(1).run(lambda: "torch" in sys.modules, on_error="return")
    assert list(ready.values()) == [True]
    connection.close(1)


def test_nothing_is_left_when_python_ends(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os\n"
        "from qaimagic.devices.cluster.connection import client_of\n"
        "if __name__ == '__main__':\n"
        "    client = client_of(2)\n"
        "    print(*client.run(os.getpid).values(), *client.run(os.getppid).values())\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    processes = {int(process) for process in done.stdout.split()}
    deadline = time.monotonic() + 10
    while any(map(alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, processes))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["script.py"]


def test_gradients_that_run_no_circuits_are_refused():
    lab = devices.get("lightning.qubit", cluster=2)
    with pytest.raises(DeviceError, match="on 2 processes` has no gradient method `adjoint`"):
        quantum(entangled, weight_shapes={"theta": (1, 3, 3)}, device=lab, diff_method="adjoint")


@pytest.mark.parametrize(
    ("cluster", "kind", "message"),
    [
        (0, ValueError, "`cluster` must be at least 1"),
        (1.5, TypeError, "`cluster` must be a number of processes"),
        (True, TypeError, "`cluster` must be"),
        ("all", ValueError, 'must be a number of processes, "auto", or a scheduler'),
        ("tcp://host", ValueError, "An address looks like `tcp://10.0.0.5:8786`"),
        ("tcp://host:99999", ValueError, "but it is `tcp://host:99999`"),
        ("http://host:8786", ValueError, "must be a number"),
    ],
)
def test_what_is_no_cluster_is_refused(cluster, kind, message):
    with pytest.raises(kind, match=message):
        devices.get("default.qubit", cluster=cluster)


@pytest.mark.parametrize("cluster", [3, "auto", "tcp://[::1]:8786", "tls://lab.example:8786"])
def test_a_profile_says_and_keeps_its_cluster(cluster):
    lab = devices.get("default.mixed", damping=0.1, cluster=cluster)
    assert lab.name.startswith("default.mixed, damping 0.1, on ")
    devices.save("remote", lab)
    assert devices.saved()["remote"] == lab
    devices.forget("remote")


def test_the_busiest_worker_is_what_is_waited_for():
    def report(worker, **seconds):
        return Report([], {}, ("host", worker, 0), seconds)

    reports = [
        report(1, compiling=1.0, executing=2.0),
        report(2, compiling=0.5, executing=1.0),
        report(2, compiling=0.5, executing=3.0),
    ]
    assert busiest(reports) == {"compiling": 1.0, "executing": 4.0}


def test_a_submission_is_timed_here_and_on_the_workers():
    def body(inputs, theta):
        return slow(inputs, theta)

    layer = quantum(body, weight_shapes={"theta": (1, 3, 3)}, diff_method="parameter-shift")
    clock = Clock("classical")
    with devices.override(devices.get("default.mixed", cluster=2)):
        layer(torch.zeros(2, 3))
        began = time.perf_counter()
        with clock.running():
            layer(torch.zeros(6, 3)).sum().backward()
        whole = time.perf_counter() - began
    seconds = clock.seconds()
    assert sum(seconds.values()) == pytest.approx(whole, rel=0.02)
    for phase in ("tracing", "transfer", "queueing"):
        assert 0 < seconds[phase] < 0.5 * whole
    assert seconds["executing"] > 0.4 * whole
