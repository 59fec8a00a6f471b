"""Reads OpenQASM 3: gates, their modifiers and definitions, inputs, and measurements at the end."""

from qaimagic.bridge.importing.qasm3.program import read_qasm3

__all__ = ["read_qasm3"]
