from __future__ import annotations

import os
import subprocess
import sys

import pytest

from qaimagic.__main__ import main


def warm_up(**variables):
    done = subprocess.run(
        [sys.executable, "-m", "qaimagic", "warmup"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout.splitlines()[-1], done.stderr


def test_a_second_warm_up_finds_every_kernel_ready(tmp_path):
    warm_up()
    said, errors = warm_up(XDG_CACHE_HOME=str(tmp_path))
    assert "compiled" not in said
    assert int(said.split()[1]) >= 4
    assert said.endswith(" s")
    assert errors == ""


def test_without_a_compiler_it_says_so_and_is_no_error():
    said, errors = warm_up(NUMBA_DISABLE_JIT="1")
    assert "making" in said
    assert "NUMBA_DISABLE_JIT" in errors


def test_the_command_explains_itself(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "warmup" in capsys.readouterr().out


def test_a_command_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["warmpu"])
    assert ended.value.code == 2
    assert "warmup" in capsys.readouterr().err


def test_an_interrupt_ends_it_with_a_line(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("qaimagic.engine.warmup.warmup", interrupted)
    assert main(["warmup"]) == 130
    assert "stopped" in capsys.readouterr().out


def test_a_step_after_the_warm_up_needs_no_other_kernel():
    code = """
import torch
from qaimagic.engine import jit
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.noise.matrices import acted_on, reduced
from qaimagic.engine.run import expvals, state
from qaimagic.engine.warmup import warmup
warmup()
before = sum(jit.kernels_ready())
kinds = [((0, "X"),), ((1, "Y"), (2, "Z")), ((3, "Z"),), ()]
gates = [Rotation(w, Angle(((s % 4, 2.0),), 0.1), ((5, 1),)) for s, w in enumerate(kinds * 2)]
gates = (Flip(0), *gates, Flip(5, 1), *(Rotation(w, Angle(((3, 1.0),))) for w in kinds))
for n_wires in (6, 11):
    words = tuple(((w, "XYZ"[w % 3]),) for w in range(n_wires)) + (((0, "X"), (4, "Z")), ())
    circuit = Circuit(n_wires, 2, 2, gates, words)
    for dtype in (torch.float32, torch.float64):
        for batch in (1, 2, 40):
            shared = torch.rand(2, dtype=dtype, requires_grad=True)
            varied = torch.rand(batch, 2, dtype=dtype).T.contiguous().T.requires_grad_()
            expvals(circuit, shared, varied)[:, ::2].square().sum().backward()
            with torch.no_grad():
                expvals(circuit, shared, varied)
            amplitudes = state(circuit, shared, varied)
            amplitudes.abs().sum().backward()
            starts = amplitudes.detach().requires_grad_()
            expvals(circuit, shared, varied, starts[0]).sum().backward()
            expvals(circuit, shared, varied.detach()[:, [0, 1]], starts).sum().backward()
for dtype in (torch.complex64, torch.complex128):
    states = torch.rand(3, 32, dtype=dtype, requires_grad=True)
    matrices = torch.rand(3, 4, 4, dtype=dtype, requires_grad=True)
    acted_on(states, matrices, (3, 1), 5).abs().sum().backward()
    reduced(states, (3, 1), 5, diagonal=False)
print(before, sum(jit.kernels_ready()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    before, after = done.stdout.split()
    assert before == after
