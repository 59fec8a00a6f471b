"""A real IPython kernel to try things in, with all that it publishes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from jupyter_client.manager import KernelManager


@dataclass
class Answer:
    """What one cell did: its status, and every message it published."""

    status: str
    messages: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    @property
    def printed(self) -> str:
        return "".join(content["text"] for content in self.of("stream"))

    @property
    def pages(self) -> list[str]:
        shown = self.of("display_data") + self.of("update_display_data")
        return [content["data"]["text/html"] for content in shown]


class Kernel:
    """Runs cells in a kernel."""

    def __init__(self, manager: KernelManager) -> None:
        self._manager = manager
        self._client = manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, code: str, interrupt_on: str = "", times: int = 1) -> Answer:
        """Run ``code``; interrupt as often as ``times`` after ``interrupt_on`` was printed."""
        messages: list[dict[str, Any]] = []

        def hear(message: dict[str, Any]) -> None:
            messages.append(message)
            text = message["content"].get("text", "")
            if interrupt_on and message["msg_type"] == "stream" and interrupt_on in text:
                threading.Thread(target=self._interrupt, args=(times,), daemon=True).start()

        reply = self._client.execute_interactive(code, output_hook=hear, timeout=60)
        return Answer(reply["content"]["status"], messages)

    def _interrupt(self, times: int) -> None:
        for _ in range(times):
            self._manager.interrupt_kernel()
            time.sleep(0.3)

    def stop(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@contextmanager
def running_kernel(**environment: str) -> Iterator[Kernel]:
    """Start a kernel with ``environment`` added to the present one."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env={**os.environ, **environment})
    kernel = Kernel(manager)
    try:
        yield kernel
    finally:
        kernel.stop()


@pytest.fixture(scope="session")
def kernel() -> Iterator[Kernel]:
    """A kernel shared by all tests that leave it fit for the next."""
    with running_kernel() as kernel:
        yield kernel


@pytest.fixture
def static_kernel() -> Iterator[Kernel]:
    """A kernel with ``QAIMAGIC_STATIC=1``."""
    with running_kernel(QAIMAGIC_STATIC="1") as kernel:
        yield kernel
