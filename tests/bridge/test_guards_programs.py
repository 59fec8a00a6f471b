"""Programs are kept as long as guards hold, and refusals only where they will come again."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic.bridge.body import record
from qaimagic.bridge.tracing import NotTraceableError, Programs
from tests.bridge.bodies import scaled_by_a_function, turned_outside
from tests.bridge.traced import answers_of, arguments, one_by_one, traced


@pytest.fixture
def untouched():
    scale, data = scaled_by_a_function.scale, turned_outside.data
    yield
    scaled_by_a_function.scale, turned_outside.data = scale, data


def changed_scale():
    scaled_by_a_function.scale = 2.0


def changed_data():
    turned_outside.data = (1.5,)


def body(inputs, theta):
    qml.RY(scaled_by_a_function(inputs[0]) * theta[0, 0, 0], wires=1)
    qml.apply(turned_outside)
    return qml.expval(qml.Z(1)), qml.expval(qml.Z(0))


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("change", [changed_scale, changed_data])
def test_answers_follow_what_is_changed_outside(change):
    inputs, theta = arguments()
    programs = Programs()

    def answers():
        program = programs.find(body, 0, lambda tensors: traced(body, captured=tensors))
        return answers_of(program, inputs, theta)

    torch.testing.assert_close(answers(), one_by_one(body, inputs, theta))
    before = answers()
    change()
    after = answers()
    assert not torch.allclose(before, after)
    torch.testing.assert_close(after, one_by_one(body, inputs, theta))
    assert programs.n_traces == 2


def failing_once(error):
    attempts = []

    def make(tensors):
        attempts.append(tensors)
        if len(attempts) == 1:
            raise NotTraceableError("it failed") from error
        return traced(body, captured=tensors)

    return make


@pytest.mark.parametrize(
    ("error", "is_tried_again"), [(RuntimeError("of a compiler"), True), (None, False)]
)
def test_only_unexpected_errors_are_forgotten(error, is_tried_again):
    programs, make = Programs(), failing_once(error)
    assert programs.find(body, 0, make) is None
    assert programs.reason == "it failed"
    assert (programs.find(body, 0, make) is not None) is is_tried_again


def test_a_body_that_fails_is_asked_once():
    def fails(inputs, theta):
        raise ValueError("always")

    programs, attempts = Programs(), []

    def make(tensors):
        attempts.append(tensors)
        return traced(fails)

    assert programs.find(fails, 0, make) is programs.find(fails, 0, make) is None
    assert len(attempts) == 1
    with pytest.raises(RuntimeError, match="always"):
        record(fails, {"inputs": None, "theta": None})


def test_an_unexpected_error_that_stays_is_remembered():
    programs, attempts = Programs(), []

    def make(tensors):
        attempts.append(tensors)
        raise NotTraceableError("it failed") from RuntimeError("of a compiler")

    for _ in range(30):
        assert programs.find(body, 0, make) is None
    assert len(attempts) < 30
    assert programs.find(body, 1, lambda tensors: traced(body, captured=tensors)) is not None
