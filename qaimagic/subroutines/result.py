"""What every result of a subroutine can do: tell itself in a line, draw itself, become a table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


class Result(ABC):
    """What a subroutine found, beside the exact or the classical answer, with its costs.

    Subclasses are frozen dataclasses with ``eq=False, repr=False``.
    """

    @property
    @abstractmethod
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""

    @abstractmethod
    def plot(self) -> Picture:
        """Return what came out as a picture."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return what came out as a DataFrame.

        Raises:
            MissingExtraError: If pandas is not installed.
        """

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **filters: object) -> dict[str, str]:
        return {**self.plot()._repr_mimebundle_(**filters), "text/plain": self.text}
