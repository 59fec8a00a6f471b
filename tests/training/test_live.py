"""A loop of one's own: steps, epochs, stop, record, and no graph kept alive."""

from __future__ import annotations

import gc
import math
import signal
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from qaimagic.training.events import EpochEnded, Event, Notice, RunEnded, RunStarted, StepEnded
from qaimagic.training.live import LiveRun, live
from qaimagic.training.run import TrainingRun


def quiet(**options: Any) -> tuple[LiveRun, list[Event]]:
    events: list[Event] = []
    return live(live=False, listeners=[events.append], **options), events


def of(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_nested_loops_are_epochs_and_steps() -> None:
    run, events = quiet()
    with run:
        for epoch in run(range(3)):
            for x in run([4.0, 2.0]):
                run.log(loss=x / (1 + epoch), accuracy=0.5)
            run.log(val_loss=1.0 - 0.1 * epoch, accuracy=0.9)
    (start,) = of(events, RunStarted)
    assert (start.loss, start.metric, start.total_steps, start.total_epochs) == (
        "loss", "accuracy", 6, 3,
    )  # fmt: skip
    assert [(s.step, s.epoch, s.loss, s.metric) for s in of(events, StepEnded)] == [
        (1, 1, 4.0, 0.5), (2, 1, 2.0, 0.5), (3, 2, 2.0, 0.5),
        (4, 2, 1.0, 0.5), (5, 3, 4 / 3, 0.5), (6, 3, 2 / 3, 0.5),
    ]  # fmt: skip
    rows = of(events, EpochEnded)
    assert [(row.epoch, row.step) for row in rows] == [(1, 2), (2, 4), (3, 6)]
    assert [row.train_loss for row in rows] == [3.0, 1.5, 1.0]
    assert [row.val_loss for row in rows] == pytest.approx([1.0, 0.9, 0.8])
    assert {row.val_metric for row in rows} == {0.9}
    (end,) = of(events, RunEnded)
    assert events[-1] is end
    assert isinstance(end.run, TrainingRun)
    assert run.history.losses == [4.0, 2.0, 2.0, 1.0, 4 / 3, 2 / 3]


def test_plain_epochs_around_a_wrapped_loader_work_too() -> None:
    run, events = quiet()
    with run:
        for _ in range(2):
            for x in run([2.0, 1.0]):
                run.log(loss=x)
    assert [(row.epoch, row.train_loss) for row in of(events, EpochEnded)] == [(1, 1.5), (2, 1.5)]


def test_one_loop_is_steps_without_epochs() -> None:
    run, events = quiet(total=3)
    with run:
        for k in run(range(3)):
            run.log(energy=-float(k))
            run.log(grad_norm=0.25)
    assert of(events, RunStarted)[0].loss == "energy"
    assert [(s.loss, s.grad_norm) for s in of(events, StepEnded)] == [
        (0.0, 0.25), (-1.0, 0.25), (-2.0, 0.25),
    ]  # fmt: skip
    assert of(events, EpochEnded) == []
    assert run.record.loss == "energy"


def test_without_a_wrapped_loop_each_log_is_a_step() -> None:
    run, events = quiet()
    with run:
        k = 0
        while not run.stopping:
            k += 1
            run.log(loss=1.0 / k)
            if k == 3:
                signal.raise_signal(signal.SIGINT)
    assert len(of(events, StepEnded)) == 3
    assert run.stop_reason == "interrupted"


def test_an_interrupt_ends_all_loops_after_the_step(capsys: pytest.CaptureFixture[str]) -> None:
    run, events = quiet()
    seen = []
    with run:
        for epoch in run(range(100)):
            for k in run(range(5)):
                if (epoch, k) == (1, 2):
                    signal.raise_signal(signal.SIGINT)
                seen.append((epoch, k))
                run.log(loss=1.0)
            run.log(val_loss=float(epoch))
    assert seen[-1] == (1, 2)
    assert len(of(events, StepEnded)) == 8
    assert run.stop_reason == "interrupted"
    line = "Interrupted after 8 steps; everything up to there is kept."
    assert capsys.readouterr().out.splitlines()[-1] == line


def test_an_error_in_the_loop_comes_through_and_the_record_stays() -> None:
    run, events = quiet()
    with pytest.raises(ZeroDivisionError) as caught, run:  # noqa: PT012
        for k in run(range(5)):
            run.log(loss=1.0)
            1 / (k - 2)
    assert len(of(events, StepEnded)) == 3
    assert of(events, RunEnded)[0].message == "Ended by ZeroDivisionError after 3 steps."
    before = len(events)
    del caught
    gc.collect()
    assert len(events) == before
    assert isinstance(events[-1], RunEnded)


def test_break_ends_a_pass_in_good_order() -> None:
    run, events = quiet()
    with run:
        for _ in run(range(2)):
            for k in run(range(100)):
                run.log(loss=1.0)
                if k == 3:
                    break
    assert [row.step for row in of(events, EpochEnded)] == [4, 8]
    assert run.stop_reason == "finished"


def test_tensors_are_let_go_with_their_graphs() -> None:
    run, _ = quiet()
    theta = torch.ones(3, requires_grad=True)
    graphs = []
    with run:
        for _ in run(range(2)):
            loss = (theta**2).sum()
            graphs.append(weakref.ref(loss))
            run.log(loss=loss, accuracy=np.float32(0.5), f1=torch.tensor([0.25]))
            del loss
    gc.collect()
    assert [graph() for graph in graphs] == [None, None]
    assert run.history.losses == [3.0, 3.0]
    assert run.to_frame()["f1"].tolist() == [0.25, 0.25]


def test_what_is_not_drawn_is_said() -> None:
    run, events = quiet()
    with run:
        for _ in run(range(2)):
            run.log(loss=1.0, accuracy=0.5, f1=0.25, recall=1.0)
    notices = [notice.message for notice in of(events, Notice)]
    assert notices == ["Kept in to_frame(), but not drawn: `f1`, `recall`."]


def test_nan_is_said_once_with_its_step_and_drawn_as_a_gap() -> None:
    run, events = quiet()
    with run:
        for k in run(range(4)):
            run.log(loss=math.nan if k in (1, 2) else 1.0)
    assert [notice.message for notice in of(events, Notice)] == ["`loss` is NaN at step 2."]
    assert math.isnan(run.history.losses[1])
    assert "NaN" not in run.plot().svg.replace("NaN at", "")


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (torch.ones(32), ValueError, r"Argument `loss` must be one number, but it has shape \(32,"),
        ("0.5x", TypeError, "Argument `loss` must be a real number, but it is '0.5x'"),
        (1j, TypeError, "must be a real number"),
        (None, TypeError, "must be a real number"),
    ],
)
def test_what_is_no_number_is_refused(value: Any, error: type[Exception], words: str) -> None:
    run, _ = quiet()
    with pytest.raises(error, match=words), run:
        run.log(loss=value)


def test_logging_after_the_end_is_refused() -> None:
    run, _ = quiet()
    with run:
        run.log(loss=1.0)
    with pytest.raises(RuntimeError, match="within its `with` block"):
        run.log(loss=2.0)
    assert run.history.losses == [1.0]


def test_a_loader_that_does_not_know_its_length_works() -> None:
    class Endless(torch.utils.data.IterableDataset[torch.Tensor]):
        def __iter__(self) -> Any:
            return iter(torch.arange(6.0))

    run, events = quiet()
    with run:
        for batch in run(torch.utils.data.DataLoader(Endless(), batch_size=2)):
            run.log(loss=batch.mean())
    assert [s.loss for s in of(events, StepEnded)] == [0.5, 2.5, 4.5]


def test_a_metric_told_only_after_the_epoch_is_drawn_at_the_end() -> None:
    run, events = quiet()
    with run:
        for _ in run(range(2)):
            for x in run([1.0]):
                run.log(loss=x)
            run.log(val_accuracy=0.75)
    assert "accuracy: validation 0.75" in run.plot().text
    assert "live(metric='accuracy')" in of(events, Notice)[0].message


def test_the_record_is_saved_and_loaded(tmp_path: Path) -> None:
    run, _ = quiet()
    with run:
        for k in run(range(3)):
            run.log(loss=1.0 / (k + 1), accuracy=0.1 * k)
    again = TrainingRun.load(run.save(tmp_path / "own.run"))
    assert again.history.losses == run.history.losses
    assert again.plot().text == run.plot().text


def test_in_another_thread_it_runs_without_the_switch() -> None:
    import threading

    run, events = quiet()

    def work() -> None:
        with run:
            for _ in run(range(2)):
                run.log(loss=1.0)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(of(events, StepEnded)) == 2


def test_the_module_imports_without_torch_and_pennylane() -> None:
    script = (
        "import sys, qaimagic; qaimagic.live\n"
        "assert not {'torch', 'pennylane', 'pandas', 'IPython'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
