"""Profiles kept between notebooks."""

from __future__ import annotations

import json
import subprocess
import sys

import pennylane as qml
import pytest

from qaimagic import devices, quantum
from qaimagic.errors import DeviceError


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def body(inputs):
    qml.RX(inputs[0], wires=0)
    return qml.expval(qml.Z(0))


LAB = devices.get("qaimagic.qubit", shots=100, readout=0.1)


def test_a_saved_profile_goes_by_its_name(tmp_path):
    assert devices.saved() == {}
    file = devices.save("lab", LAB)
    assert file.is_relative_to(tmp_path)
    assert devices.saved() == {"lab": LAB}
    layer = quantum(body, device="lab")
    assert (layer.device_name, layer.shots) == (LAB.name, 100)
    with devices.override("lab"):
        assert quantum(body).device_name == LAB.name
    devices.set_default("lab")
    try:
        assert quantum(body).shots == 100
    finally:
        devices.set_default(None)


def test_another_process_finds_it():
    devices.save("lab", LAB)
    code = "from qaimagic import devices; print(devices.saved()['lab'] == devices.get("
    code += "'qaimagic.qubit', shots=100, readout=0.1))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_it_can_be_replaced_and_let_go():
    devices.save("lab", LAB)
    devices.save("other", LAB)
    devices.save("lab", devices.get("default.mixed", damping=0.2))
    assert devices.saved()["lab"].name == "default.mixed, damping 0.2"
    devices.forget("lab")
    assert list(devices.saved()) == ["other"]
    with pytest.raises(DeviceError, match="Did you mean `other`"):
        devices.forget("othr")


def test_nothing_is_left_beside_the_file(tmp_path):
    devices.save("lab", LAB)
    assert [path.name for path in (tmp_path / "qaimagic").iterdir()] == ["devices.json"]


def test_a_name_that_nobody_knows_says_how_to_make_it():
    devices.save("lab", LAB)
    with pytest.raises(DeviceError, match=r"Did you mean `lab`.*--save labb"):
        quantum(body, device="labb")
    with pytest.raises(DeviceError, match="To make one: `%qdevice"), devices.override("noisy"):
        pass


@pytest.mark.parametrize("name", ["default.qubit", "two words", ""])
def test_names_that_stand_for_something_else(name):
    with pytest.raises(ValueError, match="`name` must be a name"):
        devices.save(name, LAB)


def test_only_profiles_are_saved():
    with pytest.raises(TypeError, match="`name` must be a name as of a variable, but it is 3"):
        devices.save(3, LAB)
    with pytest.raises(TypeError, match=r"`profile` must be made by `devices\.get`"):
        devices.save("lab", "qaimagic.qubit")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "no table of profiles"),
        ('{"lab": 3}', "no table of profiles"),
        (json.dumps({"lab": {"device": "gone.qubit"}}), "`lab` cannot run here: Device `gone"),
        (json.dumps({"lab": {"shots": 3}}), "`lab` cannot run here: it lacks 'device'"),
        (json.dumps({"lab": {"device": "qaimagic.qubit", "colour": 3}}), "`lab` cannot run here"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, content, message):
    devices.save("lab", LAB).write_text(content)
    with pytest.raises(DeviceError, match=message):
        devices.saved()
    assert quantum(body).device_name == "qaimagic.qubit"
