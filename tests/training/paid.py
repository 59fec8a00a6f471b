"""A device that is paid for: PennyLane's own simulator with a till before it."""

from __future__ import annotations

from typing import Any

import pennylane as qml
from pennylane.devices import Device
from pennylane.devices.modifiers import simulator_tracking, single_tape_support

from qaimagic.devices.spending import reserve


@simulator_tracking
@single_tape_support
class PaidDevice(Device):
    """Asks for ``dollars`` a circuit before it runs, and settles at ``share`` of that."""

    name = "till.qubit"
    is_paid = True

    def __init__(self, dollars: float = 0.01, share: float = 1.0) -> None:
        super().__init__()
        self.dollars, self.share = dollars, share
        self.paid = 0.0
        self.submissions: list[int] = []

    def preprocess_transforms(self, execution_config: Any = None) -> Any:
        return qml.device("default.qubit").preprocess_transforms(execution_config)

    def execute(self, circuits: Any, execution_config: Any = None) -> Any:
        del execution_config
        amount = self.dollars * len(circuits)
        expense = reserve(self.name, amount)
        self.submissions.append(len(circuits))
        answers = qml.device("default.qubit").execute(circuits)
        expense.settle(self.share * amount)
        self.paid += expense.amount
        return answers
