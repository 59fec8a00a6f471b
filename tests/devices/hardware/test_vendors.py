"""Hardware in the catalogue: what is missing is said, nothing is sent, and no token is shown."""

import socket
import traceback
from importlib.metadata import PackageNotFoundError

import pytest
import torch

from qaimagic import devices, quantum
from qaimagic.devices.hardware import vendors
from qaimagic.devices.plugins import diff_methods_of
from qaimagic.devices.selection import Choice, check_choice_of, check_shots_of
from qaimagic.errors import DeviceError

ibm = pytest.importorskip("qaimagic.devices.hardware.ibm")
SECRET = "a-very-secret-token-of-44-characters"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_, **__):
        raise OSError(f"no route for {SECRET}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def _no_account(monkeypatch):
    monkeypatch.delenv(ibm.TOKEN, raising=False)
    monkeypatch.setattr(ibm, "_saved", list)


@pytest.fixture
def _token(monkeypatch):
    monkeypatch.setenv(ibm.TOKEN, SECRET)


@pytest.mark.usefixtures("_no_account")
def test_without_a_token_the_catalogue_says_which_variable():
    entry = devices.info("ibm:ibm_torino")
    assert (entry.kind, entry.ready) == ("hardware", False)
    assert "set QISKIT_IBM_TOKEN" in entry.missing
    for use in (devices.get, devices.set_default, devices.make):
        with pytest.raises(DeviceError, match=r"`ibm:ibm_torino` .*not ready: a token: set QISKIT"):
            use("ibm:ibm_torino")


@pytest.mark.usefixtures("_token")
def test_with_a_token_it_is_ready_and_nothing_is_sent():
    listed = {entry.name: entry for entry in devices.available()}
    assert {"ibm:least_busy", "aws:Garnet"} <= listed.keys()
    assert listed["ibm:least_busy"].ready
    assert devices.seconds("ibm:least_busy") is None
    assert devices.get("ibm:ibm_torino", shots=100).device == "ibm:ibm_torino"
    check_choice_of(Choice("ibm:ibm_torino", 100, None, "parameter-shift"))
    with pytest.raises(DeviceError, match="no gradient method `adjoint`"):
        check_choice_of(Choice("ibm:ibm_torino", 100, None, "adjoint"))


@pytest.mark.usefixtures("_token")
def test_shots_are_asked_for_before_it_signs_in():
    @quantum(device="ibm:ibm_torino")
    def layer(inputs):
        import pennylane as qml

        qml.RX(inputs[0], 0)
        return qml.expval(qml.Z(0))

    with pytest.raises(DeviceError, match=r"answers by shots.*--shots 1000"):
        layer(torch.zeros(1, 1))
    check_shots_of(Choice("ibm:FakeTorino"))


@pytest.mark.usefixtures("_token")
def test_no_network_is_one_sentence_without_the_token():
    with pytest.raises(DeviceError, match="Device `ibm:ibm_torino` cannot be used") as caught:
        devices.make("ibm:ibm_torino")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert SECRET not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.usefixtures("_token")
def test_processes_here_do_not_share_a_machine_elsewhere():
    with pytest.raises(DeviceError, match="Leave out `cluster`"):
        devices.get("ibm:ibm_torino", shots=10, cluster=2)


@pytest.mark.usefixtures("_token")
def test_readings_are_not_inverted_where_nobody_tells_the_wires():
    with pytest.raises(DeviceError, match="does not tell which of its wires"):
        devices.get("ibm:ibm_torino", shots=10, mitigate="readout")
    assert devices.get("ibm:ibm_torino", shots=10, mitigate="zne").mitigation.factor == 2


@pytest.mark.parametrize(
    "name", ["ibm:ibm_torino", "ibm:least_busy", "aws:Garnet", "aws:arn:aws:x"]
)
def test_hardware_by_its_name(name):
    assert vendors.is_hardware(name)


@pytest.mark.parametrize("name", ["ibm:FakeTorino", "google:weber", "qaimagic.qubit", "dwave:leap"])
def test_what_is_not_hardware_for_circuits(name):
    assert not vendors.is_hardware(name)


def test_a_missing_package_is_named(monkeypatch):
    def missing(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr(vendors, "version", missing)
    entry = devices.info("aws:Garnet")
    assert not entry.ready
    assert 'pip install "qaimagic[braket]"' in entry.missing
    assert 'pip install "qaimagic[ibm]"' in devices.info("ibm:least_busy").missing


@pytest.mark.parametrize("name", ["qiskit.remote", "Braket AWS qubit device"])
def test_a_paid_device_of_ones_own_is_never_probed(name):
    class Device:
        def execute(self, *_):
            raise AssertionError("it was probed")

        supports_derivatives = execute

    device = Device()
    device.name = name
    assert "parameter-shift" in diff_methods_of(device)
