"""A training run while it goes: curves, how far it is, and buttons that stop and pause it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from qaimagic.drawing.rows import Rows
from qaimagic.widgets._base import Share, Widget, front_end

COMMANDS = ("ready", "pause", "resume", "stop")
"""What the front end asks."""


class Monitor(Widget):
    """The curves of a run and its controls.

    Tables grow where they are; `flush` sends the rows that are new, and all of them to a front end
    that has just begun to listen. Everything else is a trait.

    Args:
        tables: The numbers, by name. NaN and infinite ones are gaps.
        on_command: Called with ``"ready"`` (a front end listens), ``"pause"``, ``"resume"`` or
            ``"stop"``, on whatever thread the message arrives.

    Attributes:
        is_answered: Whether a front end listens.
        lines: What was said so far, one paragraph each.
        status: Where the run is, in one line.
        fraction: How much of it is done, from 0 to 1, or None if nobody knows.
        state: ``"running"``, ``"paused"``, ``"stopping"``, or ``"ended"``, when curves alone are
            shown.
        alarms: A ``title`` and a ``message`` each.
        panels: The panels of curves: what their axes are called, and of which columns each line
            is made, as in ``widgets/monitor/series.ts``.
        glimpse: A picture beside the curves, as ``svg`` and ``text``, or nothing.

    Example:
        >>> steps = Rows(["step", "loss"])
        >>> monitor = Monitor({"steps": steps}, lines=["encoder on qaimagic.qubit"])
        >>> steps.add(1, 0.7)
        >>> monitor.flush()
        >>> monitor
        <Monitor>
        >>> monitor.close()
    """

    _esm = front_end("monitor", "js")
    _css = front_end("monitor", "css")
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True)
    status = traitlets.Unicode("starting").tag(sync=True)
    fraction = Share().tag(sync=True)
    state = traitlets.Enum(["running", "paused", "stopping", "ended"], "running").tag(sync=True)
    alarms = traitlets.List(traitlets.Dict()).tag(sync=True)
    panels = traitlets.List(traitlets.Dict()).tag(sync=True)
    glimpse = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        tables: Mapping[str, Rows],
        on_command: Callable[[str], None] | None = None,
        **traits: Any,
    ) -> None:
        self._tables = tables
        self._sent = dict.fromkeys(tables, 0)
        self._on_command = on_command
        self.is_answered = False
        super().__init__(**traits)
        self.on_msg(self._hear)

    def flush(self) -> None:
        """Send what a listening front end has not been sent."""
        if not self.is_answered:
            return
        for name, rows in self._tables.items():
            start, end = self._sent[name], len(rows)
            if end > start:
                self._sent[name] = end
                about = {"kind": "rows", "table": name, "columns": rows.columns, "start": start}
                self.send(about, [rows.since(start)])

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind not in COMMANDS:
            return
        if kind == "ready":
            self.is_answered = True
            self._sent = dict.fromkeys(self._sent, 0)
            if self.state == "ended":
                self.flush()
        if self._on_command is not None:
            self._on_command(kind)
