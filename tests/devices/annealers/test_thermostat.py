"""Thermostats: energies that follow a temperature, and samplers that have none."""

import dimod
import numpy as np
import pytest

from qaimagic.devices import annealers
from qaimagic.devices.annealers.thermostat import Thermostat, sampler_at
from qaimagic.errors import DeviceError


class Recorded(dimod.ExactSolver):
    """A sampler that keeps the model it was asked for, and may know its temperature."""

    def __init__(self, temperature=None):
        super().__init__()
        if temperature is not None:
            self.temperature = temperature

    def sample(self, bqm, **options):
        self.asked = bqm
        return super().sample(bqm, **options)


def model():
    return dimod.BinaryQuadraticModel({"a": 1.0}, {("a", "b"): -2.0}, 0.5, "SPIN")


def test_a_known_temperature_is_made_up_for_and_the_model_stays():
    sampler, bqm = Recorded(temperature=3.0), model()
    Thermostat(sampler, 0.5).sample(bqm, 1, 0)
    assert sampler.asked == dimod.BinaryQuadraticModel({"a": 6}, {("a", "b"): -12}, 3, "SPIN")
    assert bqm == model()


def test_a_known_temperature_is_not_followed():
    thermostat = Thermostat(Recorded(temperature=3.0), 0.5)
    thermostat.follow(100.0, 1.0)
    assert thermostat.scale == 6.0


@pytest.mark.parametrize(
    ("measured", "share", "scale"),
    [
        (3.0, 1.0, 1.5),
        (0.0, 1.0, 0.5),
        (np.inf, 1.0, 2.0),
        (2.25 * 2, 0.5, 2**0.5),
        (2.0, 0.5, 1.0),
    ],
)
def test_an_unknown_temperature_is_followed_in_steps(measured, share, scale):
    thermostat = Thermostat(Recorded(), 2.0)
    assert thermostat.scale == 0.5
    thermostat.follow(measured, share)
    assert thermostat.scale == pytest.approx(0.5 * scale)


def test_an_annealer_by_name_gets_the_temperature_and_its_settings():
    sampler = sampler_at("anneal:simulated", 0.25, sweeps=7)
    assert (sampler.temperature, sampler.sweeps) == (0.25, 7)


@pytest.mark.parametrize("name", ["anneal:tabu", "anneal:descent", "anneal:goemans-williamson"])
@pytest.mark.parametrize("made", [str, annealers.get])
def test_searches_are_refused(name, made):
    with pytest.raises(DeviceError, match="searches for low energies: its samples follow no temp"):
        sampler_at(made(name), 1.0)


def test_what_has_no_temperature_of_its_own_choice_is_refused():
    with pytest.raises(DeviceError, match="returns the lowest states"):
        sampler_at(annealers.get("anneal:exact"), 1.0)
    with pytest.raises(ValueError, match=r"must end at a temperature.*temperature=0.5"):
        sampler_at(annealers.get("anneal:simulated"), 0.5)
    with pytest.raises(ValueError, match="auto_scale=False"):
        sampler_at(annealers.get("dwave:leap"), 1.0)
    with pytest.raises(DeviceError, match="Did you mean `anneal:gibbs`"):
        sampler_at("anneal:gibs", 1.0)
    with pytest.raises(TypeError, match="must be the name of an annealer"):
        sampler_at(3, 1.0)
