"""Where a picture comes to life, and where it stays one."""

import pytest

from qaimagic.drawing.state_picture import state_picture
from qaimagic.explore import _living
from qaimagic.explore._living import Living
from qaimagic.widgets._kept import MOST, is_open, keep
from qaimagic.widgets.state import StateViewer
from tests.drawing.random_states import pure


@pytest.fixture
def made():
    made = []
    yield made
    for widget in made:
        widget.close()


@pytest.fixture
def living(made):
    def make():
        made.append(StateViewer([pure(1)]))
        return made[-1]

    return Living(state_picture([pure(1)]), make)


def test_without_widgets_it_is_the_picture(living, made):
    assert "data-qaimagic" not in living._repr_mimebundle_()["text/html"]
    assert made == []


def test_with_widgets_one_is_made_and_the_picture_stands_in_its_place(living, made, monkeypatch):
    monkeypatch.delenv("QAIMAGIC_STATIC", raising=False)
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    for _ in range(2):
        bundle = living._repr_mimebundle_()
    assert len(made) == 1
    assert bundle["text/html"].startswith(f'<div data-qaimagic="{made[0].key}"><figure')
    assert set(bundle) == {"text/html", "text/plain"}


def test_the_last_few_are_alive_and_an_earlier_one_comes_to_life_again(living, made, monkeypatch):
    monkeypatch.delenv("QAIMAGIC_STATIC", raising=False)
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    first = living._repr_mimebundle_()
    for _ in range(MOST):
        keep(living._make_widget())
    assert [is_open(widget) for widget in made] == [False] + [True] * MOST
    again = living._repr_mimebundle_()
    assert is_open(made[-1])
    assert again["text/html"] != first["text/html"]


def test_what_is_seen_again_is_the_latest(living, made, monkeypatch):
    monkeypatch.delenv("QAIMAGIC_STATIC", raising=False)
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    living._repr_mimebundle_()
    for _ in range(MOST - 1):
        keep(living._make_widget())
    living._repr_mimebundle_()
    keep(living._make_widget())
    assert [is_open(widget) for widget in made] == [True, False] + [True] * (MOST - 1)


def test_static_is_static(living, made, monkeypatch):
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")
    assert "data-qaimagic" not in living._repr_mimebundle_()["text/html"]
    assert made == []
