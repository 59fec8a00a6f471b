"""Reads OpenQASM: version 2 by Qiskit's own parser, version 3 by ours.

Qiskit's parser of version 3 knows no inputs and no formulas.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from qaimagic._checks import requirement
from qaimagic.bridge.importing.circuit import Imported
from qaimagic.bridge.importing.from_qiskit import from_qiskit
from qaimagic.bridge.importing.qasm3 import read_qasm3
from qaimagic.errors import CircuitError, MissingExtraError

_VERSION = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*OPENQASM\s+(\d+)", re.DOTALL)
_PLACE = re.compile(r"<input>:(\d+),\d+: ")


def from_text(text: str) -> Imported:
    """Return a program in OpenQASM 2 or 3 as plain data.

    Raises:
        ValueError: If the text does not begin with the version.
        CircuitError: If the program is wrong, or does what a layer cannot do.
        MissingExtraError: If it is of version 2 and Qiskit is not installed.
    """
    version = _VERSION.match(text)
    if version is None or version[1] not in "23":
        begins = text.strip().partition("\n")[0][:40]
        rule = "begin with `OPENQASM 2.0;` or `OPENQASM 3.0;` where it is text"
        fix = "Read a file first: `Path('circuit.qasm').read_text()`."
        raise ValueError(requirement("circuit", rule, f"it begins with {begins!r}", fix))
    return read_qasm3(text) if version[1] == "3" else _read_qasm2(text)


def _read_qasm2(text: str) -> Imported:
    qasm2 = _qasm2()
    try:
        circuit = qasm2.loads(
            text, include_path=(), custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS
        )
    except qasm2.QASM2ParseError as error:
        place = _PLACE.match(error.message)
        reason = _PLACE.sub("", error.message)
        line = int(place[1]) if place else None
        raise CircuitError(f"OpenQASM 2: {reason}.", line=line) from error
    return from_qiskit(circuit)


def _qasm2() -> Any:
    try:
        return import_module("qiskit.qasm2")
    except ImportError as error:
        raise MissingExtraError("OpenQASM 2", "ibm") from error
