"""Traces bodies and QNodes once into programs of the engine."""

from qaimagic.bridge.tracing.cache import Programs
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.program import Program
from qaimagic.bridge.tracing.trace import trace

__all__ = ["NotTraceableError", "Program", "Programs", "trace"]
