"""How a run's numbers are laid out: by epoch or by step, the twin beside, references across."""

from __future__ import annotations

import pytest

from qaimagic.training.events import EpochEnded, StepEnded
from qaimagic.training.watch.panels import RunCurves


def a_run(epochs: int, *, twin: bool = False, val: bool = True) -> RunCurves:
    curves = RunCurves("CrossEntropyLoss", "accuracy", references={"logistic regression": 0.95})
    for epoch in range(1, epochs + 1):
        for k in range(4):
            step = 4 * (epoch - 1) + k + 1
            beside = 2.0 / step if twin else None
            curves(StepEnded(step, epoch, 1.0 / step, 0.1, 0.01, 0, beside))
        scores = (0.5 / epoch, 0.9) if val else (None, None)
        others = (0.6 / epoch, 0.8, 0.7 / epoch, 0.7) if twin else (None,) * 4
        curves(EpochEnded(epoch, 4 * epoch, 0.1, 0.4 / epoch, 0.85, *scores, True, *others))
    return curves


def test_a_run_over_epochs_counts_in_epochs() -> None:
    loss, metric = a_run(3).panels()
    assert loss.x_label == metric.x_label == "epoch"
    assert [(line.name, line.role) for line in loss.series] == [
        ("validation", "validation"), ("training", "train"), ("training", "raw"),
    ]  # fmt: skip
    assert list(loss.series[0].x) == [1, 2, 3]
    assert loss.series[2].x[-1] == pytest.approx(3.0)
    assert [line.name for line in metric.series] == [
        "validation",
        "training",
        "logistic regression",
    ]
    assert metric.better == "higher"


def test_the_twin_has_its_own_group_of_lines() -> None:
    loss, metric = a_run(2, twin=True).panels()
    assert {line.name for line in loss.series if line.group == 1} == {
        "twin, validation", "twin, training",
    }  # fmt: skip
    assert loss.lead is loss.series[0]
    assert metric.lead is metric.series[0]


def test_a_single_epoch_counts_in_steps_and_shows_each() -> None:
    loss, _ = a_run(1).panels()
    assert loss.x_label == "step"
    assert [(line.name, line.role, len(line.y)) for line in loss.series] == [
        ("validation", "validation", 1), ("training", "train", 4),
    ]  # fmt: skip


def test_the_axis_reaches_to_where_the_run_will_end() -> None:
    curves = RunCurves(total_steps=40, total_epochs=10)
    curves(StepEnded(1, 1, 0.5, 0.1, 0.01))
    (panel,) = curves.panels()
    assert panel.x_end == 10
    assert panel.series[0].x[0] == pytest.approx(0.25)


def test_before_the_first_step_there_are_empty_panels() -> None:
    loss, metric = RunCurves(metric="accuracy").panels()
    assert loss.series == metric.series == ()


def test_a_single_epoch_shows_a_metric_that_steps_do_not_have() -> None:
    curves = RunCurves("loss", "accuracy")
    curves(StepEnded(step=1, epoch=1, loss=0.7, grad_norm=0.1, seconds=0.01))
    curves(EpochEnded(epoch=1, step=1, seconds=0.1, train_loss=0.7, train_metric=0.8))
    loss, metric = curves.panels()
    assert [line.name for line in loss.series] == ["training"]
    assert metric.values.tolist() == [0.8]


def test_a_return_is_to_rise() -> None:
    curves = RunCurves("return")
    for step, value in enumerate([20.0, 90.0, 60.0], start=1):
        curves(StepEnded(step=step, epoch=0, loss=value, grad_norm=1.0, seconds=0.1))
    [panel] = curves.panels()

    assert panel.better == "higher"
    assert panel.best == (2.0, 90.0)
    assert RunCurves("returned_loss").layout()[0].better == "lower"
