"""The table of prices: sourced, dated, worked out by hand, and the user's own comes first."""

import datetime
import tomllib
from importlib.resources import files

import pytest

from qaimagic.devices import prices
from qaimagic.devices.prices import figures, is_paid, joules_here, money
from qaimagic.devices.profiles import Profile
from qaimagic.devices.saved import settings_folder
from qaimagic.errors import DeviceError

OWN = """
[[device]]
names = ["aws:garnet"]
price = { task = 0.1, source = "our contract", date = 2026-01-01 }
"""


@pytest.fixture
def own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    file = settings_folder() / "prices.toml"
    file.parent.mkdir(parents=True)
    return file


def test_every_figure_says_where_and_when_it_was_read():
    table = tomllib.loads((files("qaimagic.devices") / "prices.toml").read_text("utf-8"))
    facts = [row[t] for row in table["device"] for t in ("price", "time", "power") if t in row]
    assert len(facts) > 10
    for fact in facts:
        assert "://" in fact["source"] or "arXiv:" in fact["source"] or "doi:" in fact["source"]
        assert datetime.date(2015, 1, 1) < fact["date"] < datetime.date(2030, 1, 1)


@pytest.mark.parametrize(
    ("device", "circuits", "shots", "seconds", "dollars"),
    [
        ("aws:Garnet", 10, 10_000, None, 3 + 14.5),
        ("aws:Forte-1", 1, 100, None, 0.3 + 8),
        ("aws:SV1", 4, 4000, 2.0, 4 * 3 * 0.075 / 60),
        ("aws:SV1", 1, 1000, 90.0, 1.5 * 0.075),
        ("ibm:ibm_torino", 5, 5000, 30.0, 48),
        ("dwave:leap", 1, 1, 3600.0, 2000),
    ],
)
def test_prices_are_those_of_the_list(device, circuits, shots, seconds, dollars):
    amount = figures(device).price.amount(circuits, shots, seconds)
    assert amount == pytest.approx(dollars, rel=1e-3)


def test_a_price_by_the_second_needs_seconds():
    assert figures("ibm:ibm_torino").price.amount(5, 5000, None) is None


def test_a_job_takes_its_shots_and_what_comes_besides():
    assert figures("ibm:ibm_torino").time.seconds(shots=4096, jobs=1) == pytest.approx(4.1, abs=0.1)


def test_simulators_and_copies_of_machines_cost_nothing():
    for name in ("qaimagic.qubit", "default.qubit", "ibm:FakeTorino", "google:willow_pink"):
        assert figures(name).price is None
        assert not is_paid(name)
    assert is_paid("aws:Garnet")
    assert is_paid(Profile("aws:Garnet", shots=10))


def test_the_energy_of_a_simulator_is_modelled_by_its_cores():
    assert joules_here(10.0, 2) == pytest.approx(240)


def test_the_users_own_prices_come_first_and_leave_the_rest(own):
    own.write_text(OWN, encoding="utf-8")
    assert figures("aws:Garnet").price.amount(10, 1000, None) == pytest.approx(1)
    assert figures("aws:Garnet").sources == ["List price: our contract, 2026-01-01."]
    assert figures("aws:Emerald").price.task == 0.30


@pytest.mark.parametrize(
    "text",
    ["device = 3", "[[device]]\nprice = {}", OWN.replace("0.1", "-1"), OWN.replace("task", "tsk")],
)
def test_a_damaged_file_of_ones_own_is_named(own, text):
    own.write_text(text, encoding="utf-8")
    with pytest.raises(DeviceError, match=r"Your prices in .*prices\.toml cannot be read"):
        figures("aws:Garnet")


def test_amounts_are_written_as_people_do():
    assert [money(a) for a in (0, 0.004, 12, 1234.5)] == ["$0.00", "$0.004", "$12.00", "$1,234.50"]
    assert prices.CPU == "cpu"
