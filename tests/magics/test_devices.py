"""``%qdevices`` and ``%qdevice`` in a real shell."""

import pytest

from qaimagic import devices
from qaimagic.devices import annealers


@pytest.fixture(autouse=True)
def _first_default():
    yield
    devices.set_default(None)


def test_the_list_shows_what_each_device_can_do(notebook):
    text = notebook.printed("%qdevices")
    assert "qaimagic.qubit*" in text
    assert "gradients: backprop, adjoint" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_machines_are_listed_by_family(notebook):
    text = notebook.printed("%qdevices")
    assert "`%qdevices ibm` lists all" in text
    assert "anneal:gibbs annealer: Gibbs sampling at one temperature" in " ".join(text.split())
    assert " a circuit" in text
    one = " ".join(notebook.printed("%qdevices google").split())
    assert "google:weber noisy simulator" in one
    assert "53 wires" in one
    assert "default.qubit" not in one
    assert notebook.printed("%qdevices ibm --code") == "qaimagic.devices.available('ibm')\n"
    refusal = notebook.refusal("%qdevices ibn")
    assert "must be `google` or `ibm`" in refusal
    assert "Did you mean `ibm`?" in refusal


def test_the_list_is_a_list_and_a_table(notebook):
    notebook.run("%qdevices -o found")
    found = notebook["found"]
    assert [info.name for info in found] == [*devices.names(), *annealers.names()]
    html = notebook.shell.display_formatter.format(found)[0]["text/html"]
    assert html.count("<tr>") == len(found) + 1
    assert '<th scope="col">device</th>' in html


def test_times_are_written_to_two_digits(notebook, monkeypatch):
    monkeypatch.setattr(devices, "seconds", {"qaimagic.qubit": 0.00364, "default.qubit": 0.284}.get)
    text = " ".join(notebook.printed("%qdevices").split())
    assert "3.6 ms a circuit; qaimagic" in text
    assert "280 ms a circuit; pennylane" in text


def test_the_default_is_told_and_chosen(notebook):
    assert notebook.printed("%qdevice") == "Default device: qaimagic.qubit\n"
    assert notebook.printed("%qdevice lightning.qubit") == "Default device: lightning.qubit\n"
    assert devices.default() == "lightning.qubit"
    shown = notebook.printed(notebook.ENCODER)
    assert "on lightning.qubit" in shown


def test_a_device_of_the_notebook(notebook):
    notebook.run("import pennylane as qml\nmine = qml.device('reference.qubit', wires=2)")
    assert notebook.printed("%qdevice mine") == "Default device: reference.qubit\n"
    assert devices.default() is notebook["mine"]


def test_a_profile_is_an_object_of_the_notebook(notebook):
    notebook.run("lab = %qdevice qaimagic.qubit --shots 500 --seed 3 --depolarizing 0.02")
    assert notebook["lab"] == devices.get("qaimagic.qubit", shots=500, seed=3, depolarizing=0.02)
    assert devices.default() == "qaimagic.qubit"
    notebook.run("%qdevice default.mixed --readout 0.1 -o other")
    assert notebook["other"].name == "default.mixed, readout 0.1"
    assert "default.mixed, readout 0.1" in notebook.printed("%qdevice other")
    assert notebook.printed("%qdevice lab").endswith("qubit, depolarizing 0.02, 500 shots\n")
    refusal = notebook.refusal("%qdevice lab --shots 5")
    assert "`lab` is a profile already. Begin with its device: `%qdevice qaimagic" in refusal
    notebook.run("%qdevice other")
    assert "on default.mixed, readout 0.1" in notebook.printed(notebook.ENCODER)


def test_a_profile_in_python(notebook):
    line = "%qdevice qaimagic.qubit --shots 500 --damping 0.02 -o lab --code"
    code = "lab = qaimagic.devices.get('qaimagic.qubit', shots=500, damping=0.02)\n"
    assert notebook.printed(line) == code
    assert "lab" not in notebook.shell.user_ns


def test_a_profile_is_kept_for_other_notebooks(notebook):
    printed = notebook.printed("%qdevice default.mixed --shots 9 --damping 0.2 --save lab -o lab")
    assert printed.startswith("Saved as `lab` in ")
    try:
        listed = notebook.printed("%qdevices")
        assert "Saved profile `lab`: default.mixed, damping 0.2, 9 shots" in listed
        notebook.run("del lab")
        assert "default.mixed, damping 0.2" in notebook.printed("%qdevice lab")
    finally:
        devices.forget("lab")
    code = notebook.printed("%qdevice default.mixed --shots 9 --save lab --code")
    assert code == (
        "lab = qaimagic.devices.get('default.mixed', shots=9)\nqaimagic.devices.save('lab', lab)\n"
    )


def test_a_run_on_a_profile_says_so(notebook):
    notebook.run("lab = %qdevice qaimagic.qubit --shots 50 --seed 1 --readout 0.05")
    notebook.run(notebook.ENCODER)
    notebook.run("import torch\nX = torch.rand(8, 2)\ny = torch.rand(8, 1)")
    text = notebook.printed(
        "model = torch.nn.Sequential(encoder, torch.nn.Linear(2, 1))\n"
        "%qtrain model --data X y --epochs 1 --device lab -o run"
    )
    assert "qaimagic.qubit, readout 0.05 (50 shots)" in text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "lightnin.qubit",
            "Device `lightnin.qubit` is not installed. Did you mean `lightning.qubit`?",
        ),
        ("default.clifford", "Device `default.clifford` is installed but not ready"),
        (
            "number",
            "Argument `device` must be the name of a device, or a PennyLane device, but it is 3",
        ),
        ("noisy", "To make one: `%qdevice qaimagic.qubit --shots 1000 --save noisy`."),
        ("qaimagic.qubit --save two.words", "Argument `name` must be a name as of a variable"),
        ("--shots 10", "Name the device: `lab = %qdevice qaimagic.qubit --shots 2000`."),
        ("lightning.qubit --damping 0.1", "Device `lightning.qubit` has no noise channels"),
        (
            "qaimagic.qubit --readout 0.6",
            "Argument `readout` must be a probability, from 0 to 0.5, but it is 0.6.",
        ),
        (
            "qaimagic.qubit --readout 0.1 --mitigate redout",
            "it is 'redout'. Did you mean `readout`?",
        ),
        ("qaimagic.qubit --mitigate readout", "Device `qaimagic.qubit` has no noise to mitigate"),
        ("qaimagic.qubit --depolarising 0.1", "Did you mean `--depolarizing`?"),
        ("a b", "`b` is one word too many for `%qdevice`."),
    ],
)
def test_a_mistake_is_explained_and_changes_nothing(notebook, line, message):
    notebook.run("number = 3")
    assert message in notebook.refusal(f"%qdevice {line}")
    assert devices.default() == "qaimagic.qubit"


def test_a_profile_that_mitigates_its_errors(notebook):
    line = "qaimagic.qubit --readout 0.1 --mitigate readout+zne"
    notebook.run(f"lab = %qdevice {line}")
    assert notebook["lab"].name == "qaimagic.qubit, readout 0.1, mitigated by readout+zne"
    code = notebook.printed(f"%qdevice {line} --code")
    assert code == "qaimagic.devices.get('qaimagic.qubit', readout=0.1, mitigate='readout+zne')\n"


@pytest.mark.parametrize("cluster", ["2", "auto", "tcp://10.0.0.5:8786"])
def test_a_profile_on_a_cluster(notebook, cluster):
    notebook.run(f"lab = %qdevice default.qubit --shots 10 --cluster {cluster}")
    wanted = int(cluster) if cluster.isdigit() else cluster
    assert notebook["lab"] == devices.get("default.qubit", shots=10, cluster=wanted)
    code = notebook.printed(f"%qdevice default.qubit --cluster {cluster} --code")
    assert code == f"qaimagic.devices.get('default.qubit', cluster={wanted!r})\n"
    assert "An address looks like" in notebook.refusal(
        "%qdevice default.qubit --cluster http://a:1"
    )
