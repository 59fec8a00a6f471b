"""Samples of an annealer as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaimagic._checks import need

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.subroutines.anneal.result import Annealed


def frame_of(answer: Annealed) -> pd.DataFrame:
    """Return a row for each state; see ``Annealed.to_frame``."""
    pd = need("pandas", "Samples as a DataFrame", "frames")
    names = pd.Index(answer.labels, tupleize_cols=False)
    frame = pd.DataFrame(answer.states, columns=names)
    frame = frame.assign(energy=answer.energies, count=answer.counts)
    question = answer.problem.question
    if question is None:
        return frame
    return frame.assign(
        value=question.value(answer.states), is_feasible=question.is_feasible(answer.states)
    )
