"""The manner of an exercise: "not yet" passes, a wrong answer fails, a right one is praised."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from types import TracebackType

from qaimagic.errors import NotWrittenYetError

_CHECKS = {str(path) for path in Path(__file__).parent.glob("*.py")}


class NotYet(Exception):  # noqa: N818  (it is no error: the learner has not answered yet)
    """The answer is still the placeholder ``...``."""


def answered(answer: object) -> None:
    """Raise `NotYet` if ``answer`` is still the placeholder ``...``."""
    if answer is ...:
        raise NotYet


class exercise:  # noqa: N801  (reads as a statement: `with exercise("A Bell pair"):`)
    """Run the checks of one exercise: ``with exercise(title): ...``.

    An answer counts as not written yet while a value is ``...`` (also where a sum or a function
    meets it) or while the learner's function still says ``raise NotImplementedError``. Then the
    block prints "Not yet" and passes. A failed check, or any other error, goes through: the cell
    fails. If every check passes, the block prints the title and the praise.

    Args:
        title: What the exercise is called.
        praise: One sentence for a right answer, best one that says why it is right.

    Example:
        >>> from qaimagic.teaching import close_to
        >>> answer = 2
        >>> with exercise("The largest frequency", praise="Each upload adds one."):
        ...     close_to(answer, 2)
        Correct: The largest frequency. Each upload adds one.
    """

    def __init__(self, title: str, praise: str = "Well done.") -> None:
        self.title = title.rstrip(".")
        self.praise = praise

    def __enter__(self) -> exercise:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if error is None:
            print(f"Correct: {self.title}. {self.praise}")
            return False
        if isinstance(error, AssertionError):
            _show_the_cell_only(error)
        if _is_unanswered(error):
            print(f"Not yet: {self.title}. Write your answer above, then run this cell again.")
            return True
        return False


def _is_unanswered(error: BaseException) -> bool:
    """Return whether ``error``, or an error behind it, comes from an answer not written yet."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, NotYet | NotWrittenYetError):
            return True
        if isinstance(link, NotImplementedError) and not _raised_in_a_library(link):
            return True
        if isinstance(link, TypeError) and "ellipsis" in str(link):  # a sum with `...`, say
            return True
        link = link.__cause__ or link.__context__
    return False


def _show_the_cell_only(error: AssertionError) -> None:
    """Cut the traceback where a check begins: the line of the cell and the message say it all."""
    if _file_of(error) not in _CHECKS:
        return
    link = error.__traceback__
    while link is not None and link.tb_next is not None:
        if link.tb_next.tb_frame.f_code.co_filename in _CHECKS:
            link.tb_next = None
        link = link.tb_next


def _raised_in_a_library(error: BaseException) -> bool:
    """Return whether the innermost frame lies in an installed package.

    torch and PennyLane raise `NotImplementedError` too, for instance for a dtype that an operation
    does not support: that is a wrong answer, not a missing one.
    """
    paths = sysconfig.get_paths()
    return _file_of(error).startswith((paths["purelib"], paths["platlib"], paths["stdlib"]))


def _file_of(error: BaseException) -> str:
    """Return the file whose line raised the error, or an empty string."""
    link = error.__traceback__
    while link is not None and link.tb_next is not None:
        link = link.tb_next
    return "" if link is None else link.tb_frame.f_code.co_filename
