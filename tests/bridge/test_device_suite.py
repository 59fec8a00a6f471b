from __future__ import annotations

import subprocess
import sys

import pytest
from pennylane.devices.tests import get_device_tests


@pytest.mark.parametrize("shots", ["None", "8192"])
def test_the_device_passes_pennylanes_own_suite(shots, tmp_path):
    options = ["--device=qaimagic.qubit", f"--shots={shots}", "-q", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", get_device_tests(), *options, "-W", "ignore"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
