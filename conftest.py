"""What every kind of test starts from: tests, examples in docstrings, notebooks run by nbval."""

from __future__ import annotations

import os
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Notebooks run with deterministic text; everything else sees live output unless it asks."""
    if item.path.suffix == ".ipynb":
        os.environ["QAIMAGIC_STATIC"] = "1"
    else:
        os.environ.pop("QAIMAGIC_STATIC", None)


@pytest.fixture(autouse=True)
def _names_at_hand(request: pytest.FixtureRequest) -> None:
    """Examples may use these names without an import, as a cell may."""
    if isinstance(request.node, pytest.DoctestItem):
        import numpy as np
        import pennylane as qml
        import torch

        namespace: dict[str, Any] = request.getfixturevalue("doctest_namespace")
        namespace.update(np=np, qml=qml, torch=torch, nn=torch.nn)


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody's saved profiles are read or written."""
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("settings"))
