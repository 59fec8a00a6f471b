"""The state viewer's kernel side."""

import json

import numpy as np
import pytest

from qaimagic.drawing.state_data import State
from qaimagic.drawing.state_sample import draw_shots, wilson
from qaimagic.widgets.state import StateViewer
from tests.drawing.random_states import mixed, names, pure


def test_the_scene_holds_what_is_drawn():
    state = pure(3, 1)
    viewer = StateViewer([state])
    [seen] = viewer.scene["states"]
    assert np.array(seen["amplitudes"]) @ [1, 1j] == pytest.approx(state.values)
    assert np.array(seen["bloch"]) == pytest.approx(state.bloch)
    assert seen["probabilities"] == pytest.approx(state.probabilities)
    assert viewer.scene["kets"][5] == "|101⟩"
    assert viewer.scene["note"] == ""
    viewer.close()


def test_mixed_states_send_their_matrix():
    state = mixed(2, 1)
    viewer = StateViewer([state, pure(2)], fidelity=0.25)
    seen, other = viewer.scene["states"]
    assert seen["amplitudes"] is None
    assert np.array(seen["matrix"]) @ [1, 1j] == pytest.approx(state.values)
    assert other["matrix"] is None
    assert viewer.scene["fidelity"] == 0.25
    viewer.close()


def test_a_large_state_is_bounded_and_says_so():
    viewer = StateViewer([pure(12)])
    assert len(viewer.scene["kets"]) == 64
    assert len(viewer.scene["wires"]) == 8
    assert "64 of 4,096 basis states" in viewer.scene["note"]
    assert len(json.dumps(viewer.scene, allow_nan=False)) < 20_000
    viewer.close()


def test_shots_are_drawn_as_the_front_end_asks():
    state = pure(2, 3)
    first = draw_shots(state.probabilities, 100, seed=1)
    viewer = StateViewer([state], [first])
    assert viewer.samples[0]["counts"] == first.counts.tolist()
    viewer._hear(viewer, {"kind": "shots", "shots": 5000}, [])
    [sample] = viewer.samples
    assert sum(sample["counts"]) == sample["shots"] == 5000
    low, high = wilson(np.array(sample["counts"]), 5000)
    assert (sample["low"], sample["high"]) == (low.tolist(), high.tolist())
    share = np.array(sample["counts"]) / 5000
    assert np.abs(share - state.probabilities).max() < 4 * 0.5 / 5000**0.5
    before = viewer.samples
    viewer._hear(viewer, {"kind": "shots", "shots": 5000}, [])
    assert viewer.samples != before
    viewer.close()


@pytest.mark.parametrize(
    "content",
    [None, "shots", {}, {"kind": "shots"}, {"kind": "shots", "shots": 0}, {"kind": "stop"}]
    + [{"kind": "shots", "shots": shots} for shots in (-3, 1.5, "9", None, True, 10**9 + 1)],
)
def test_anything_else_is_not_heard(content):
    viewer = StateViewer([pure(1)])
    viewer._hear(viewer, content, [])
    assert viewer.samples == []
    viewer.close()


def test_states_belong_together():
    with pytest.raises(ValueError, match="be one state or two of as many wires"):
        StateViewer([])
    with pytest.raises(ValueError, match="be one state or two of as many wires"):
        StateViewer([pure(1), pure(2)])
    for wrong in (3, [3]):
        with pytest.raises(TypeError, match="`states` must be"):
            StateViewer(wrong)


def test_shots_are_a_number_of_shots():
    viewer = StateViewer([pure(1)])
    with pytest.raises(ValueError, match="`shots` must be at least 1"):
        viewer.draw_shots(0)
    with pytest.raises(ValueError, match="`shots` must be at most 1,000,000,000"):
        viewer.draw_shots(10**20)
    with pytest.raises(TypeError, match="`shots` must be a whole number"):
        viewer.draw_shots("many")
    assert viewer.samples == []
    viewer.close()


def test_names_stay_text():
    sly = State(np.array([1, 0]), names(1), "<img src=x onerror=alert(1)>")
    viewer = StateViewer([sly])
    assert viewer.scene["states"][0]["name"] == sly.name
    assert repr(viewer) == "<StateViewer>"
    viewer.close()
