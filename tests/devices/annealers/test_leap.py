"""D-Wave's machines, on dwave-system's own stand-in with a Pegasus graph."""

from functools import partial
from types import SimpleNamespace
from typing import ClassVar

import dimod
import pytest
from dwave.cloud.solver import StructuredSolver
from dwave.embedding import diagnose_embedding
from dwave.samplers import SimulatedAnnealingSampler
from dwave.system import DWaveSampler
from dwave.system.testing import MockDWaveSampler

from qaimagic import anneal, spins
from qaimagic.devices import annealers
from qaimagic.devices.annealers.leap import TOKEN, LeapAnnealer
from qaimagic.devices.spending import spending
from qaimagic.errors import BudgetError, DeviceError
from tests.devices.annealers.models import random_ising


@pytest.fixture(scope="module")
def pegasus():
    return MockDWaveSampler(topology_type="pegasus", topology_shape=[2], parameter_warnings=False)


class Recorder(MockDWaveSampler):
    """The stand-in, which also remembers what it was asked."""

    def sample(self, bqm, **options):
        self.asked = options | {"n_qubits": len(bqm)}
        return super().sample(bqm, **options)


def test_a_model_denser_than_the_graph_is_laid_onto_chains(pegasus):
    bqm = random_ising(8, seed=0)
    device = LeapAnnealer(machine=pegasus)
    found = device.sample(bqm, num_reads=20, seed=1)
    exact = annealers.get("anneal:exact").sample(bqm).first.energy
    assert found.first.energy >= exact - 1e-9
    assert sorted(found.variables) == sorted(bqm.variables)
    assert bqm.energies(found) == pytest.approx(found.record.energy)
    assert found.info["chain_break_fraction"] == pytest.approx(
        (found.record.chain_break_fraction * found.record.num_occurrences).sum() / 20
    )
    assert found.info["chain_strength"] > 0


def test_the_layout_is_found_once_for_each_graph(pegasus):
    device = LeapAnnealer(machine=pegasus)
    for seed in range(3):
        device.sample(random_ising(6, seed=seed), num_reads=2, seed=seed)
    assert device.embeddings_found == 1
    device.sample(random_ising(5, seed=0), num_reads=2)
    assert device.embeddings_found == 2


def test_a_layout_uses_couplers_that_exist(pegasus):
    bqm = random_ising(8, seed=0)
    device = LeapAnnealer(machine=pegasus)
    device.sample(bqm)
    (chains,) = device._embeddings.values()
    assert max(map(len, chains.values())) > 1
    assert list(diagnose_embedding(chains, list(bqm.quadratic), pegasus.edgelist)) == []


def test_settings_reach_the_machine():
    machine = Recorder(
        topology_type="pegasus", topology_shape=[2], parameter_warnings=False,
        substitute_sampler=SimulatedAnnealingSampler(),
    )  # fmt: skip
    device = LeapAnnealer(
        machine=machine, annealing_time=50.0, chain_strength=3.0, auto_scale=False
    )
    found = device.sample(random_ising(8, seed=0, scale=0.1), num_reads=7)
    assert machine.asked["annealing_time"] == 50.0
    assert machine.asked["num_reads"] == 7
    assert machine.asked["auto_scale"] is False
    assert machine.asked["n_qubits"] > 8
    assert found.info["chain_strength"] == 3.0


def test_weak_chains_break_and_it_is_said():
    machine = MockDWaveSampler(
        topology_type="pegasus", topology_shape=[2], parameter_warnings=False,
        substitute_sampler=SimulatedAnnealingSampler(),
    )  # fmt: skip
    bqm = random_ising(10, seed=1)
    weak, strong = (
        LeapAnnealer(machine=machine, chain_strength=strength).sample(bqm, num_reads=50)
        for strength in (0.01, 20.0)
    )
    assert weak.info["chain_break_fraction"] > 0.1
    assert strong.info["chain_break_fraction"] < 0.01


def test_a_model_too_large_for_the_graph(pegasus):
    with pytest.raises(DeviceError, match="no room for 60 variables with 1770 couplings"):
        LeapAnnealer(machine=pegasus).sample(random_ising(60, seed=0))


def test_settings_are_checked_before_anything_is_sent():
    with pytest.raises(ValueError, match="`annealing_time` must be above 0"):
        annealers.get("dwave:leap", annealing_time=0)
    with pytest.raises(TypeError, match="`chain_strength` must be a number"):
        annealers.get("dwave:leap", chain_strength="strong")


def test_without_a_token_it_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.delenv(TOKEN, raising=False)
    (tmp_path / "empty.conf").touch()
    monkeypatch.setenv("DWAVE_CONFIG_FILE", str(tmp_path / "empty.conf"))
    with pytest.raises(DeviceError, match=r"dwave:leap.*Missing: a token: set DWAVE_API_TOKEN"):
        annealers.get("dwave:leap").sample(dimod.BinaryQuadraticModel({"a": 1.0}, {}, 0.0, "SPIN"))


def test_a_token_is_never_shown(monkeypatch):
    monkeypatch.setenv(TOKEN, "DEV-very-secret")

    def refuse(self, **options):
        raise ValueError("token DEV-very-secret was refused")

    monkeypatch.setattr(DWaveSampler, "__init__", refuse)
    with pytest.raises(DeviceError) as caught:
        annealers.get("dwave:some-machine").sample(random_ising(2, seed=0))
    assert "(token) was refused" in str(caught.value)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None


class Leap(MockDWaveSampler):
    """The stand-in in the place of the sampler that a name connects to."""

    asked: ClassVar[list[int]] = []

    def __init__(self, **_options):
        super().__init__(topology_type="pegasus", topology_shape=[2], parameter_warnings=False)

    def sample(self, bqm, **options):
        self.asked.append(options["num_reads"])
        return super().sample(bqm, **options)


@pytest.fixture
def leap(monkeypatch):
    monkeypatch.setattr("dwave.system.DWaveSampler", Leap)
    Leap.asked.clear()
    return annealers.get("dwave:leap")


def test_nothing_is_submitted_to_a_paid_machine_without_a_budget(leap):
    with pytest.raises(BudgetError, match=r"`dwave:leap` is paid for, and nothing was allowed"):
        leap.sample(random_ising(3, seed=0), num_reads=5)
    assert Leap.asked == []


def test_a_submission_is_reserved_at_its_limit_and_settled_at_its_time(leap):
    longest = leap.properties["problem_run_duration_range"][1] * 1e-6
    with spending(6) as budget:
        found = leap.sample(random_ising(3, seed=0), num_reads=5)
    seconds = found.info["timing"]["qpu_access_time"] * 1e-6
    assert budget.spent == pytest.approx(seconds * 2000 / 3600, rel=1e-3)
    with spending(0.99 * longest * 2000 / 3600), pytest.raises(BudgetError):
        leap.sample(random_ising(3, seed=0), num_reads=5)
    assert Leap.asked == [5]


def test_the_solvers_own_estimate_is_reserved_where_there_is_one(leap):
    timing = {
        "version": "1.0.0",
        "typical_programming_time": 8000.0,
        "reverse_annealing_with_reinit_prog_time_delta": 0.0,
        "reverse_annealing_without_reinit_prog_time_delta": 0.0,
        "default_programming_thermalization": 1000.0,
        "default_annealing_time": 20.0,
        "readout_time_model": "pwl_linear",
        "readout_time_model_parameters": [0.0, 1000.0, 40.0, 40.0],
        "qpu_delay_time_per_sample": 20.0,
        "reverse_annealing_with_reinit_delay_time_delta": 0.0,
        "reverse_annealing_without_reinit_delay_time_delta": 0.0,
        "decorrelation_max_nominal_anneal_time": 2000.0,
        "decorrelation_time_range": [500.0, 10000.0],
        "default_readout_thermalization": 0.0,
    }
    solver = SimpleNamespace(properties={"problem_timing_data": timing})
    solver.estimate_qpu_access_time = partial(StructuredSolver.estimate_qpu_access_time, solver)
    leap.machine.solver = solver
    seconds = (9000 + 100 * 80) * 1e-6
    with pytest.raises(BudgetError, match=rf"up to \${seconds * 2000 / 3600:.2g}"):
        leap.sample(random_ising(3, seed=0), num_reads=100)


def test_an_annealing_by_name_keeps_to_its_budget(leap):
    del leap
    s = spins(3)
    answer = anneal(s[0] * s[1] - s[2], device="dwave:leap", reads=5, budget=6)
    assert answer.energy == -2
    with pytest.raises(BudgetError):
        anneal(s[0] * s[1] - s[2], device="dwave:leap", reads=5)
