"""dev.py: what it decides before it installs or runs anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import dev

PLACE = "Python 3.11.2 x86_64 in /home/ada/qaimagic"


def yes() -> bool:
    return True


def no() -> bool:
    return False


def never() -> bool:
    pytest.fail("asked although it is not needed")


@pytest.mark.parametrize(
    ("system", "local", "index", "arguments", "said"),
    [
        ("Linux", yes, never, ["--no-index"], "on this machine"),
        ("Darwin", yes, never, ["--no-index"], "on this machine"),
        ("Linux", no, yes, ["--index-url", dev.TORCH_CPU_INDEX], "190 MB"),
        ("Linux", no, no, [], "about 3 GB"),
        ("Darwin", no, never, [], "about 120 MB"),
        ("Windows", no, never, [], "about 120 MB"),
    ],
)
def test_torch_comes_from_where_the_download_is_smallest(system, local, index, arguments, said):
    chosen, announcement = dev.torch_source(system, local, index)
    assert chosen == arguments
    assert said in announcement


def test_an_index_that_does_not_answer_is_no_error(monkeypatch):
    monkeypatch.setattr(dev, "TORCH_CPU_INDEX", "http://127.0.0.1:9")
    assert dev.cpu_index_answers() is False


@pytest.mark.parametrize(
    ("last", "level", "step"),
    [
        ({}, "use", "rebuild"),
        ({"place": PLACE, "level": "use", "made_from": "now"}, "use", "ready"),
        ({"place": PLACE, "level": "use", "made_from": "now"}, "work", "update"),
        ({"place": PLACE, "level": "work", "made_from": "now"}, "use", "ready"),
        ({"place": PLACE, "level": "work", "made_from": "before"}, "work", "update"),
        ({"place": PLACE, "level": "use", "made_from": ""}, "use", "update"),
        ({"place": "elsewhere", "level": "work", "made_from": "now"}, "use", "rebuild"),
    ],
)
def test_set_up_does_no_more_than_it_must(last, level, step):
    assert dev.next_step(last, level, "now", PLACE) == step


def test_a_strangers_environment_is_left_alone(monkeypatch, tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "OURS", tmp_path / dev.OURS.name)
    with pytest.raises(dev.StopError, match="not made by dev"):
        dev.make_venv()
    assert (tmp_path / "mine.txt").exists()


def test_a_half_made_environment_is_made_again(monkeypatch, tmp_path):
    for name in ("left/over.txt", dev.OURS.name):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "OURS", tmp_path / dev.OURS.name)
    dev.make_venv()
    assert not (tmp_path / "left").exists()
    assert (tmp_path / "pyvenv.cfg").exists()


def test_the_stamp_survives_a_round_trip_and_reads_as_nothing_when_torn(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp.json")
    dev.write_stamp(level="use", made_from="now", place=PLACE)
    assert dev.read_stamp() == {"level": "use", "made_from": "now", "place": PLACE}
    dev.STAMP.write_text('{"level": "us')
    assert dev.read_stamp() == {}


def test_an_old_python_is_told_kindly():
    with pytest.raises(
        dev.StopError, match=r"needs Python 3\.11 or newer, but this is Python 3\.9"
    ):
        dev.require_python((3, 9, 2))


def test_the_accuracy_is_read_from_the_tagged_cells():
    notebook = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [{"text": ["accuracy 12%\n"]}]},
            {
                "cell_type": "code",
                "metadata": {"tags": ["accuracy"]},
                "outputs": [{"text": ["accuracy 96%\n", "twin 97%\n"]}],
            },
            {"cell_type": "markdown", "metadata": {"tags": ["accuracy"]}},
        ]
    }
    assert dev.accuracy_lines(notebook) == ["accuracy 96%", "twin 97%"]


def test_a_browser_named_by_the_user_wins(monkeypatch, tmp_path):
    mine = tmp_path / "my-chromium"
    mine.touch()
    monkeypatch.setenv("QAIMAGIC_BROWSER", str(mine))
    assert dev.find_browser() == str(mine)
    monkeypatch.setenv("QAIMAGIC_BROWSER", str(tmp_path / "none"))
    assert dev.find_browser() is None


def test_the_command_line_explains_itself():
    script = Path(dev.__file__)
    shown = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True)
    assert shown.returncode == 0
    for command in dev.COMMANDS:
        assert f"dev.py {command}" in shown.stdout
