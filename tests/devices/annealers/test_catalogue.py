"""The annealers by name, and what is missing where they cannot run."""

import subprocess
import sys

import dimod
import pytest

from qaimagic import devices
from qaimagic.devices import annealers
from qaimagic.devices.annealers import packages
from qaimagic.devices.annealers.leap import TOKEN
from qaimagic.errors import DeviceError, MissingExtraError


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch, tmp_path):
    monkeypatch.delenv(TOKEN, raising=False)
    (tmp_path / "empty.conf").touch()
    monkeypatch.setenv("DWAVE_CONFIG_FILE", str(tmp_path / "empty.conf"))


def test_the_catalogue_tells_what_is_ready():
    found = {entry.name: entry for entry in annealers.available()}
    assert list(found) == annealers.names()
    assert found["anneal:simulated"].kind == "annealer"
    assert found["anneal:simulated"].ready
    assert found["anneal:simulated"].package.startswith("dwave-samplers ")
    assert found["dwave:leap"].kind == "hardware"


def test_a_machine_needs_a_token(monkeypatch):
    assert not annealers.info("dwave:leap").ready
    assert "DWAVE_API_TOKEN" in annealers.info("dwave:leap").missing
    monkeypatch.setenv(TOKEN, "a-secret")
    entry = annealers.info("dwave:Advantage_system6.4")
    assert entry.ready
    assert "a-secret" not in repr(entry)


def test_unknown_names_get_the_nearest():
    with pytest.raises(DeviceError, match="Did you mean `anneal:simulated`"):
        annealers.get("anneal:simulatd")
    with pytest.raises(DeviceError, match="Did you mean `anneal:exact`"):
        annealers.get("exact")
    with pytest.raises(DeviceError, match=r"There is no annealer `default\.qubit`"):
        annealers.info("default.qubit")
    with pytest.raises(DeviceError, match="There is no annealer `dwave:`"):
        annealers.get("dwave:")
    with pytest.raises(TypeError, match=r"no setting `temprature`.*Did you mean `temperature`"):
        annealers.get("anneal:gibbs", temprature=1.0)


def test_any_sampler_of_dimods_kind_is_a_device():
    solver = dimod.ExactSolver()
    assert annealers.resolve(solver) is solver
    assert annealers.resolve("anneal:tabu").name == "anneal:tabu"
    with pytest.raises(TypeError, match="must be the name of an annealer"):
        annealers.resolve(3)


def test_our_annealers_fit_into_dimods_composites():
    model = dimod.BinaryQuadraticModel({"a": 1.0}, {"ab": -1.0}, 0.0, "SPIN")
    composite = dimod.TrackingComposite(annealers.get("anneal:simulated"))
    assert composite.sample(model, num_reads=5, seed=1).first.energy == -2.0
    assert composite.input["num_reads"] == 5


def test_a_missing_package_names_the_feature_and_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "dwave.samplers", None)
    with pytest.raises(MissingExtraError, match=r'Annealing.*pip install "qaimagic\[anneal\]"'):
        annealers.get("anneal:simulated")
    monkeypatch.setattr(packages, "find_spec", lambda _module: None)
    assert annealers.info("anneal:simulated").missing == 'pip install "qaimagic[anneal]"'
    assert annealers.info("dwave:leap").missing == 'pip install "qaimagic[dwave]"'


def test_the_list_imports_none_of_the_packages():
    script = (
        "import sys\nfrom qaimagic.devices import annealers\nannealers.names()\n"
        "annealers.info('anneal:exact')\n"
        "print({'dimod', 'dwave.samplers', 'dwave.system', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_the_name_of_a_paid_machine_makes_it_and_submits_nothing():
    assert annealers.resolve("dwave:leap").name == "dwave:leap"


def test_an_annealer_runs_no_circuits():
    assert {entry.kind for entry in devices.available()} >= {"annealer", "hardware", "simulator"}
    with pytest.raises(DeviceError, match=r"`anneal:tabu` brings energies down and runs no circ"):
        devices.set_default("anneal:tabu")
    with pytest.raises(DeviceError, match=r"`anneal:tabu` is an annealer"):
        devices.get("anneal:tabu", shots=3)
