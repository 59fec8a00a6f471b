"""The vendors' errors as ours, without a token."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from qaimagic.errors import DeviceError

Answer = TypeVar("Answer")


def guarded(
    what: str, work: Callable[[], Answer], secrets: Callable[[], Iterable[str | None]], fix: str
) -> Answer:
    """Return what ``work`` does; an error of the vendor's becomes one sentence and the fix.

    The vendor's own error is let go of: its message and its variables may hold a token.

    Args:
        what: What failed if it does, as a sentence begins.
        work: What to do.
        secrets: Tells what must not be shown.
        fix: What to do about it.

    Raises:
        DeviceError: If the vendor's client raises anything; our own errors stay as they are.
    """
    try:
        return work()
    except DeviceError:
        raise
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
    for secret in filter(None, secrets()):
        reason = reason.replace(secret, "(token)")
    raise DeviceError(f"{what}: {reason.rstrip('.')}. {fix}".rstrip())
