from __future__ import annotations

import pytest

from qaimagic import minimize
from tests.training.optimizers.circuits import hybrid, rotations
from tests.training.problems import InterruptAt, quiet, same_states, story, two_blobs


@pytest.mark.parametrize("opt", ["QNG", "SPSA", "QNSPSA"])
def test_an_interrupted_run_goes_on_bit_for_bit(opt, tmp_path):
    data = two_blobs(n=24)
    options = {"opt": opt, "epochs": 2, "batch_size": 8}
    whole = quiet(hybrid(), data, **options)
    path = tmp_path / "run.safetensors"
    quiet(hybrid(), data, checkpoint=path, listeners=[InterruptAt(3)], **options)
    run = quiet(hybrid(), data, checkpoint=path, **options)
    assert story(run) == story(whole)
    assert same_states(run.last_state, whole.last_state)


def test_rotosolve_goes_on_bit_for_bit(tmp_path):
    def run(layer, **options):
        return minimize(lambda: layer().sum(), layer, opt="rotosolve", live=False, **options)

    path = tmp_path / "run.safetensors"
    whole = run(rotations(shots=50, seed=1), steps=4)
    part = rotations(shots=50, seed=1)
    run(part, steps=4, checkpoint=path, listeners=[InterruptAt(2)])
    rest = run(part, steps=4, checkpoint=path)
    assert rest.history.losses == whole.history.losses
    assert same_states(rest.last_state, whole.last_state)
