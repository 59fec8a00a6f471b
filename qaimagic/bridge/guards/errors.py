"""Why a function cannot be guarded."""


class NotGuardableError(Exception):
    """A function reads something whose changes cannot be noticed; the message says what."""
