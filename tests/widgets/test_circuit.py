import numpy as np
import pytest
from traitlets import TraitError

from qaimagic.widgets.circuit import CircuitView, Question, Sight


def sight(**changes):
    state = np.array([0.6, 0.8j])
    names = ("bloch", "entropies", "values", "gradients", "answers")
    numbers = {name: [0.5] for name in names}
    return Sight(**{"column": 1, "amplitudes": state, **numbers, **changes})


@pytest.fixture
def heard():
    """A view, the questions it asked, and the messages it sent."""
    questions, sent = [], []

    def answer(question):
        questions.append(question)
        return sight()

    view = CircuitView(answer)
    view.send = lambda content, buffers=None: sent.append((content, buffers))
    yield view, questions, sent
    view.close()


def ask(view, serial=1, **content):
    view._hear(view, {"kind": "ask", "serial": serial, **content}, [])


def test_numbers_travel_as_float32(heard):
    view, questions, sent = heard
    ask(view, 7, column=2, output=None, gate=0, changes=[[3, 0.5]])
    assert questions == [Question(2, None, 0, ((3, 0.5),))]
    [(content, buffers)] = sent
    assert (content["kind"], content["serial"], content["column"]) == ("sight", 7, 1)
    np.testing.assert_allclose(np.frombuffer(buffers[0], np.float32), [0.6, 0, 0, 0.8])
    assert len(buffers) == 7
    assert buffers[-1] == b""


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"kind": "other"},
        {"kind": "ask", "column": -1},
        {"kind": "ask", "gate": 1.5},
        {"kind": "ask", "output": True},
        {"kind": "ask", "changes": [[0, float("nan")]]},
        {"kind": "ask", "changes": [[0, "1"]]},
        {"kind": "ask", "changes": "all"},
    ],
)
def test_what_is_no_question_is_not_answered(heard, content):
    view, questions, sent = heard
    view._hear(view, content, [])
    assert not questions
    assert not sent


def test_while_held_moves_are_gathered_and_told_once(heard):
    view, questions, sent = heard
    view.is_held = True
    ask(view, 1, changes=[[0, 0.1]])
    ask(view, 2, changes=[[1, 0.2]], column=3)
    assert view.is_waiting
    assert not sent
    view.tell()
    assert questions == [Question(column=3, changes=((0, 0.1), (1, 0.2)))]
    assert sent[0][0]["serial"] == 2
    view.tell()
    assert questions[1] == Question(column=3)
    assert not view.is_waiting


def test_going_back_undoes_what_was_moved_before(heard):
    view, questions, _ = heard
    view.is_held = True
    ask(view, 1, changes=[[0, 0.1]])
    ask(view, 2, back=True, changes=[[1, 0.2]])
    view.tell()
    assert questions == [Question(changes=((1, 0.2),), is_back=True)]


def test_an_error_is_told_and_the_next_question_answered():
    def answer(question):
        raise ValueError("amplitudes must not all be 0")

    view, sent = CircuitView(answer), []
    view.send = lambda content, *_buffers: sent.append(content)
    ask(view, 4)
    assert sent == [{"kind": "error", "serial": 4, "message": "amplitudes must not all be 0"}]
    assert not view.is_waiting
    view.close()


def test_nan_never_reaches_json(heard):
    view, _, sent = heard
    view._answer = lambda _question: sight(gate=0, parameters=(float("nan"), None, 0.1))
    ask(view)
    assert sent[0][0]["parameters"] == [None, None, 0.1]


def test_traits_check_themselves():
    with pytest.raises(TraitError):
        CircuitView(lambda _question: sight(), wires=3)
    with pytest.raises(TraitError):
        CircuitView(lambda _question: sight(), columns=[["x"]])
