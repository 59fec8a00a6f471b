"""What policies learnt, beside each other, chance and the exact optimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qaimagic._checks import need
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd
    from torch import nn

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False)
class Score:
    """The returns of fresh episodes after training.

    Attributes:
        returns: Of each episode, shape (n_seeds, n_episodes).
        exact: The exact mean return for each seed, shape (n_seeds,); None where it is not known.

    Example:
        >>> Score(np.array([[1.0, 3.0], [2.0, 6.0]]), None)
        3.0 ± 1.0
    """

    returns: Floats
    exact: Floats | None

    @property
    def mean(self) -> float:
        """The mean return over all episodes."""
        return float(self.returns.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean: from seed to seed where there are several, else from episode to episode."""
        means = self.returns.mean(axis=1) if len(self.returns) > 1 else self.returns[0]
        return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float("nan")

    @property
    def exact_mean(self) -> float | None:
        """The mean of the exact values; None where they are not known."""
        return None if self.exact is None else float(self.exact.mean())

    def __repr__(self) -> str:
        from qaimagic.drawing.curves_axes import with_error

        return with_error(self.mean, self.standard_error)


@dataclass(frozen=True, eq=False)
class Learnt:
    """How a policy fared.

    Attributes:
        name: ``"policy"`` or ``"twin"``.
        parameters: How many parameters it has.
        policies: The trained policies, one for each seed.
        returns: The mean return of each update's episodes, before the update, shape (n_seeds,
            n_updates); NaN where an interrupt came first.
        sampled: Its score when actions are drawn.
        greedy: Its score when the most probable action is taken.
        steps: Steps in the environment during training, all seeds together.
        circuits: How many circuits a machine would have run for that training. It is modelled:
            one for each step, and two for each angle and each step by the shift rule.
        seconds: How long training took here, where circuits are simulated.
    """

    name: str
    parameters: int
    policies: tuple[nn.Module, ...]
    returns: Floats
    sampled: Score
    greedy: Score
    steps: int
    circuits: int
    seconds: float


@dataclass(frozen=True, eq=False, repr=False)
class PolicyResult(Result):
    """A policy learnt by REINFORCE, beside a classical one, chance and the optimum.

    Attributes:
        env: What the environment is called.
        policy: How the policy fared.
        twin: How the classical policy fared; None without one.
        random: The score of actions drawn at random.
        optimum: The highest mean return that there is, exact; None where it is not known.
        batch: How many episodes there were for each update.
        seeds: The seeds.
        shots: The number of shots of each circuit, or None.
        stop_message: Why it ended, as a sentence.
    """

    env: str
    policy: Learnt
    twin: Learnt | None
    random: Score
    optimum: float | None
    batch: int
    seeds: tuple[int, ...]
    shots: int | None
    stop_message: str

    @property
    def learnt(self) -> tuple[Learnt, ...]:
        """The policy and its twin, if there is one."""
        return (self.policy,) if self.twin is None else (self.policy, self.twin)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame: a row for each update of each seed.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        rows = [
            {
                "name": one.name,
                "seed": seed,
                "update": update + 1,
                "episodes": (update + 1) * self.batch,
                "return": value,
            }
            for one in self.learnt
            for seed, curve in zip(self.seeds, one.returns, strict=False)
            for update, value in enumerate(curve)
            if np.isfinite(value)
        ]
        return pd.DataFrame(rows, columns=["name", "seed", "update", "episodes", "return"])

    def plot(self) -> Picture:
        """Return the learning curves over episodes, with the table of what came out below.

        Lines are means over the seeds, and bands reach from the lowest seed to the highest.
        """
        from qaimagic.subroutines.policies.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.policies.picture import text_of

        return text_of(self)
