"""A landscape's widget: sliders that compute anew, and pictures where there is no front end."""

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.explore import _living
from qaimagic.explore.landscape.living import Recomputing
from qaimagic.explore.landscape.plane import plane_over
from qaimagic.explore.landscape.surface import surface_of
from qaimagic.widgets.landscape import LandscapeView


@pytest.fixture
def tilt():
    @qaimagic.quantum
    def tilt(theta: (2,)):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.Z(0))

    return tilt.double()


@pytest.fixture
def shown(tilt):
    """What a widget would show, and how it is asked."""
    landscape = qaimagic.landscape(tilt, points=9)
    surface = surface_of(tilt, None, None, None, None)
    plane = plane_over(["theta[0]", "theta[1]"], surface.weights)
    made = Recomputing(surface, plane, landscape, seed=0)
    sent = []
    made.view.send = lambda content, buffers=None: sent.append(
        np.frombuffer(buffers[0]).reshape(content["rows"], content["columns"])
    )
    yield made, landscape, sent
    made.view.close()


def ask(made, shots, depolarizing):
    made.view._hear(
        made.view, {"kind": "settings", "shots": shots, "depolarizing": depolarizing}, []
    )
    made.wait()


def test_noise_comes_coarse_first_and_says_how_far_it_is(shown):
    made, landscape, sent = shown
    ask(made, None, 0.15)
    assert [values.shape for values in sent] == [(5, 5), (9, 9)]
    np.testing.assert_allclose(sent[-1], 0.8**2 * landscape.values, atol=1e-12)
    rms = np.sqrt(np.mean((0.36 * landscape.values) ** 2))
    assert made.view.status.startswith(f"depolarizing 0.15: 9 x 9 points, {rms:.4g} away")
    assert made.view.fraction is None


def test_without_shots_and_noise_it_is_as_computed(shown):
    made, landscape, sent = shown
    ask(made, 100, 0.0)
    assert "100 shots" in made.view.status
    ask(made, None, 0.0)
    np.testing.assert_array_equal(sent[-1], landscape.values)
    assert made.view.status == "as computed"


def test_the_latest_request_wins(shown):
    made, landscape, sent = shown
    for noise in (0.05, 0.1, 0.2):
        made.ask(None, noise)
    made.wait()
    factor = (1 - 4 * 0.2 / 3) ** 2
    np.testing.assert_allclose(sent[-1], factor * landscape.values, atol=1e-12)


def test_the_users_weights_may_change_meanwhile(shown, tilt):
    made, landscape, sent = shown
    tilt.theta.data.fill_(9.0)
    ask(made, None, 0.15)
    np.testing.assert_allclose(sent[-1], 0.8**2 * landscape.values, atol=1e-12)


def test_an_error_is_said(shown):
    made, _, _ = shown
    object.__setattr__(made._surface, "one", lambda row: row / 0)
    ask(made, None, 0.1)
    assert made.view.status == "TypeError: unsupported operand type(s) for /: 'dict' and 'int'"


@pytest.mark.parametrize(
    "content",
    [
        None, {"kind": "settings"}, {"kind": "settings", "shots": 7, "depolarizing": 0.1},
        {"kind": "settings", "shots": None, "depolarizing": float("nan")},
        {"kind": "settings", "shots": None, "depolarizing": 5.0},
        {"kind": "settings", "shots": None, "depolarizing": "0.1"},
    ],
)  # fmt: skip
def test_nonsense_from_the_front_end_changes_nothing(shown, content):
    made, _, sent = shown
    made.view._hear(made.view, content, [])
    made.wait()
    assert sent == []


def test_a_function_without_arguments_has_no_sliders():
    theta = torch.zeros(2)
    found = qaimagic.landscape(lambda: theta.sum(), weights={"theta": theta}, points=3)
    view = found._make_widget(found)
    assert isinstance(view, LandscapeView)
    assert not view.about["changes"]
    view.close()


def test_it_lives_where_there_are_widgets_and_is_a_picture_elsewhere(tilt, monkeypatch):
    found = qaimagic.landscape(tilt, points=3)
    plain = found._repr_mimebundle_()
    assert set(plain) == {"text/html", "text/plain"}
    assert "data-qaimagic" not in plain["text/html"]
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    alive = found._repr_mimebundle_()
    assert alive["text/html"].startswith('<div data-qaimagic="')
    assert plain["text/html"] in alive["text/html"]
    assert found._repr_mimebundle_() == alive
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")
    assert found._repr_mimebundle_() == plain
