"""What every test starts from: one thread, an interrupt that works, nobody's IPython profile."""

from __future__ import annotations

import os
import signal

import pytest

# Before anything imports torch: on few cores more threads are slower, and sums change their order.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
# A shell that puts the tests into the background lets them, and all that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", metavar="DIR", help="keep the browser tests' screenshots here")
    parser.addoption("--kernels", nargs="+", help="more versions of ipykernel to stop a run on")
    parser.addoption("--front-ends", nargs="+", help="where to stop it, e.g. jupyterlab==4.4.9")


@pytest.fixture(scope="session", autouse=True)
def _own_ipython_profile(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))
