"""Seeing a run: drawn in a real kernel, told in a terminal, the same at every run when static."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from qaimagic.training.events import EpochEnded, Notice, RunEnded, RunStarted, StepEnded
from qaimagic.training.record.history import History
from qaimagic.training.record.table import Score
from qaimagic.training.run import TrainingRun
from qaimagic.training.watch.monitor import monitor
from qaimagic.training.watch.monitor_page import PageMonitor
from qaimagic.training.watch.progress import Progress, duration

LOOP = """
import time, qaimagic
print("before")
with qaimagic.live({options}) as run:
    for epoch in run(range({epochs})):
        for k in run(range(40)):
            time.sleep({seconds})
            run.log(loss=1 / (1 + 40 * epoch + k), accuracy=k / 40)
        run.log(val_loss=0.5 / (1 + epoch), val_accuracy=0.8)
        print("epoch", epoch)
print("after")
"""


def loop(options: str = "", epochs: int = 3, seconds: float = 0.002) -> str:
    return LOOP.format(options=options, epochs=epochs, seconds=seconds)


def started(**changes: object) -> RunStarted:
    settings: dict[str, object] = {
        "model": "Sequential, 130 parameters",
        "device": "default.qubit",
        "loss": "CrossEntropyLoss",
        "metric": "accuracy",
        "metric_rises": True,
        "parameters": 130,
        "baseline": None,
        "first_step": 0,
        "first_epoch": 0,
        "total_steps": 100,
        "total_epochs": None,
        "max_seconds": None,
        "continues": False,
        "has_validation": True,
    }
    return RunStarted(**{**settings, **changes})  # type: ignore[arg-type]


def step(k: int, **changes: object) -> StepEnded:
    settings: dict[str, object] = {"step": k, "epoch": 0, "loss": 1.0 / k, "grad_norm": 0.5}
    return StepEnded(**{**settings, "seconds": 0.005, **changes})  # type: ignore[arg-type]


def ended(table: list[Score] | None = None) -> RunEnded:
    record = TrainingRun(History(), "finished", "Finished after 100 steps.", metric="accuracy")
    record.table = table or []
    return RunEnded("finished", record.stop_message, record)


def test_a_notebook_sees_one_output_that_grows_and_then_stays(kernel: Any) -> None:
    began = time.perf_counter()
    answer = kernel.run(loop(seconds=0.015))
    seconds = time.perf_counter() - began
    assert answer.status == "ok"
    shown, updates = answer.of("display_data"), answer.of("update_display_data")
    assert len(shown) == 1
    assert 3 <= len(updates) <= 10 * seconds + 3
    identities = {content["transient"]["display_id"] for content in shown + updates}
    assert len(identities) == 1
    assert not answer.of("clear_output")
    assert "before" in answer.printed
    assert "after" in answer.printed
    assert 'role="progressbar"' in answer.pages[-2]
    assert "left" in answer.pages[-2]


def test_what_stays_is_static_complete_and_free_of_widgets(kernel: Any) -> None:
    last = kernel.run(loop()).of("update_display_data")[-1]["data"]
    assert set(last) == {"text/html", "text/plain"}
    page = last["text/html"]
    assert "progressbar" not in page
    assert "<script" not in page
    assert "<svg" in page
    assert "<details>" in page
    assert "Finished after 120 steps." in page
    assert "0.167" in last["text/plain"]
    assert not re.search(r"0x[0-9a-f]{6}|\d s\b", last["text/plain"])


def test_an_interrupt_ends_the_loop_the_cell_is_ok_and_the_next_runs(kernel: Any) -> None:
    answer = kernel.run(loop(epochs=1000), interrupt_on="epoch 0")
    assert answer.status == "ok"
    assert "after" in answer.printed
    assert re.search(r"Interrupted after [\d,]+ steps; everything up to there", answer.pages[-1])
    assert kernel.run("print(run.stop_reason, len(run.history.steps) > 40)").printed == (
        "interrupted True\n"
    )


def test_a_second_interrupt_raises_at_once_and_the_kernel_lives(kernel: Any) -> None:
    code = (
        "import time, qaimagic\n"
        "with qaimagic.live() as run:\n"
        "    for k in run(range(10)):\n"
        "        run.log(loss=1.0)\n"
        "        print('slow step', flush=True)\n"
        "        time.sleep(30)\n"
    )
    answer = kernel.run(code, interrupt_on="slow step", times=2)
    assert answer.status == "error"
    assert answer.of("error")[0]["ename"] == "KeyboardInterrupt"
    assert "Interrupted after 1 step" in answer.pages[-1]
    assert kernel.run("import signal; print(signal.getsignal(signal.SIGINT).__name__)").printed in (
        "default_int_handler\n",
        "handle_sigint\n",
    )


def test_no_live_prints_the_same_text_twice_and_shows_the_picture_at_the_end(
    kernel: Any,
) -> None:
    first, second = (kernel.run(loop("live=False")) for _ in range(2))
    assert first.printed == second.printed
    assert "epoch 2 of 3: loss" in first.printed
    assert not first.of("update_display_data")
    assert len(first.pages) == 1
    assert first.of("display_data")[0]["data"] == second.of("display_data")[0]["data"]


def test_a_line_of_text_is_one_message(kernel: Any) -> None:
    answer = kernel.run(
        "import qaimagic, torch\n"
        "x = torch.ones(2)\n"
        "for _ in range(5):\n"
        "    qaimagic.minimize(lambda: x.square().sum(), x, steps=20, live=False)"
    )
    assert all(content["text"].endswith("\n") for content in answer.of("stream"))
    assert not any(content["text"] == "\n" for content in answer.of("stream"))


def test_the_variable_for_static_output_wins_over_live(static_kernel: Any) -> None:
    answer = static_kernel.run(loop("live=True"))
    assert "epoch 2 of 3: loss" in answer.printed
    assert not answer.of("update_display_data")


def test_a_terminal_gets_about_ten_lines_whatever_the_length(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listener = monitor()
    listener(started(total_steps=5000))
    for k in range(1, 5001):
        listener(step(k))
    listener(ended())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert lines[0] == "Sequential, 130 parameters; loss CrossEntropyLoss; metric accuracy; " + (
        "device default.qubit"
    )
    assert lines[-2].startswith("step 5,000 of 5,000: CrossEntropyLoss 0.0002, gradient norm 0.5 (")
    assert lines[-1] == "Finished after 100 steps."


def test_static_text_tells_epochs_the_twin_and_the_scores_and_no_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listener = monitor(live=False)
    listener(Notice("The targets were cast to int64."))
    listener(started(total_steps=20, total_epochs=2, baseline="its twin, 132 parameters"))
    for k in range(1, 21):
        listener(step(k, epoch=1 + k // 11))
    listener(
        EpochEnded(
            epoch=1, step=10, seconds=1.0, train_loss=0.6931, val_loss=0.61234, val_metric=0.9,
            best=True, baseline_train_loss=0.7, baseline_val_metric=0.91,
        )
    )  # fmt: skip
    scores = [Score("Sequential", 1130, 0.61, 0.9), Score("logistic regression", 62, None, 0.955)]
    listener(ended(scores))
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "The targets were cast to int64.",
        "Sequential, 130 parameters; loss CrossEntropyLoss; metric accuracy; "
        "device default.qubit; beside it its twin, 132 parameters",
        "epoch 1 of 2: loss 0.693, validation loss 0.612, validation accuracy 0.9 (best); "
        "twin: loss 0.7, validation accuracy 0.91",
        "Finished after 100 steps.",
        "                     parameters  validation loss  validation accuracy",
        "Sequential                1,130           0.6100               0.9000",
        "logistic regression          62                                0.9550",
    ]


def test_notices_are_escaped_and_stand_above_the_curves(kernel: Any) -> None:
    page = kernel.run(
        "from qaimagic.training.watch.monitor import monitor\n"
        "from qaimagic.training.events import Notice\n"
        "monitor()(Notice('X <b>was</b> cast.'))"
    ).pages[-1]
    assert "X &lt;b&gt;was&lt;/b&gt; cast." in page


class PacedPage(PageMonitor):
    """Draws nowhere, on a clock of its own on which a drawing takes some seconds."""

    def __init__(self, drawing: float) -> None:
        super().__init__(clock=lambda: self.now)
        self.now, self.drawing, self.shown = 0.0, drawing, 0

    def _show(self, _bundle: dict[str, str]) -> None:
        self.now += self.drawing
        self.shown += 1


@pytest.mark.parametrize(
    ("drawing", "slowest", "fastest", "share"),
    [(0.0005, 0.1, 0.11, 0.006), (0.003, 0.3, 0.31, 0.011), (0.05, 0.5, 0.56, 0.1)],
)
def test_the_page_is_drawn_at_most_ten_times_a_second_and_seldom_where_it_is_slow(
    drawing: float, slowest: float, fastest: float, share: float
) -> None:
    page = PacedPage(drawing)
    page(started(total_steps=4000))
    for k in range(1, 4001):
        page.now += 0.005
        page(step(k))
    assert slowest <= page.now / page.shown <= fastest
    assert page.shown * drawing / page.now < share


def test_time_left_follows_the_pace_of_this_run_and_its_limit() -> None:
    now = [0.0]
    progress = Progress(clock=lambda: now[0])
    progress(started(total_steps=100, first_step=50, max_seconds=60.0, continues=True))
    assert progress.seconds_left is None
    now[0] = 10.0
    progress(step(60))
    assert progress.fraction == pytest.approx(0.6)
    assert progress.seconds_left == pytest.approx(40.0)
    now[0] = 45.0
    assert progress.seconds_left == pytest.approx(15.0)
    assert duration(3599.7) == "1 h 0 min"


def test_a_cell_that_ends_with_its_run_shows_the_picture_once(kernel: Any) -> None:
    answer = kernel.run(loop() + "\nrun.record")
    assert answer.of("execute_result")[0]["data"].keys() == {"text/plain"}
    later = kernel.run("run.record").of("execute_result")[0]["data"]
    assert "<svg" in later["text/html"]
