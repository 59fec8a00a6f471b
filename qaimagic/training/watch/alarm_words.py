"""Alarms as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qaimagic.drawing import theme
from qaimagic.training.events import Alarm


def alarm_title(alarm: Alarm) -> str:
    """Return an alarm in a few words.

    Example:
        >>> alarm_title(Alarm("The gradients vanish.", "vanishing_gradients", 5))
        'vanishing gradients (step 5)'
    """
    return f"{alarm.kind.replace('_', ' ')} (step {alarm.step:,})"


def alarm_line(alarm: Alarm) -> str:
    """Return an alarm as a line of text.

    Example:
        >>> alarm_line(Alarm("The gradients vanish.", "vanishing_gradients", 5))
        'Alarm: vanishing gradients (step 5). The gradients vanish.'
    """
    return f"Alarm: {alarm_title(alarm)}. {alarm.message}"


def alarms_html(alarms: Sequence[Alarm]) -> str:
    """Return alarms as paragraphs that stand out, or nothing."""
    return "".join(
        f'<p role="note" style="margin:0.5em 0;padding:0.3em 0.8em;max-width:46em;'
        f'border-left:4px solid {theme.DATA};background:{theme.DATA}21">'
        f"<strong>Alarm: {escape(alarm_title(alarm))}.</strong> {escape(alarm.message)}</p>"
        for alarm in alarms
    )
