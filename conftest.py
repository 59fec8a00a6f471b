"""Names that the examples in docstrings may use without an import, as a notebook may."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _names_at_hand(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        import numpy as np
        import pennylane as qml
        import torch

        namespace: dict[str, Any] = request.getfixturevalue("doctest_namespace")
        namespace.update(np=np, qml=qml, torch=torch, nn=torch.nn)
