"""What a model's last run left behind, for as long as the model lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from torch import nn

from qaimagic.training.loop.weights import State, Weights
from qaimagic.training.record.fingerprint import Fingerprint, differing


@dataclass(frozen=True)
class LastRun:
    """The end of a run.

    Attributes:
        fingerprint: Which model, data and options it was.
        state: Everything that its next step would have depended on.
        handed: The weights it left in the model.
        initial: The weights from before the model's first run.
        epochs: Epochs done.
        steps: Steps done.
    """

    fingerprint: Fingerprint
    state: dict[str, Any]
    handed: State
    initial: State
    epochs: int
    steps: int


_last: WeakKeyDictionary[nn.Module, LastRun] = WeakKeyDictionary()


def remember(model: nn.Module, run: LastRun) -> None:
    """Keep ``run`` as the last one of ``model``; nothing is kept once the model is gone."""
    _last[model] = run


def recall(model: nn.Module) -> LastRun | None:
    """Return the last run of ``model``, or None."""
    return _last.get(model)


@contextmanager
def starting_over(
    model: nn.Module, weights: Weights, say: Callable[[str], None], *, fresh: bool
) -> Iterator[None]:
    """Within the context, prepare a run of ``model`` from the weights before its first run.

    If the preparation fails, the model is as before: a run that is refused costs nothing learnt.

    Args:
        model: What is trained.
        weights: Its weights.
        say: Called with what was done.
        fresh: False to leave everything as it is.
    """
    last = _last.pop(model, None) if fresh else None
    if last is None:
        yield
        return
    learnt = weights.state()
    weights.load(last.initial)
    say("Starts over, with the weights from before the first run.")
    try:
        yield
    except BaseException:
        weights.load(learnt)
        _last[model] = last
        raise


def to_continue(
    model: nn.Module, weights: Weights, fingerprint: Fingerprint, say: Callable[[str], None]
) -> LastRun | None:
    """Return the run to go on from exactly, or None; say which, and why."""
    last = _last.get(model)
    if last is None:
        return None
    over = "`fresh` (in a cell `--fresh`) starts over."
    if not weights.equal(last.handed):
        say(
            f"The model's weights were changed since its last run: a new run starts from them. "
            f"{over}"
        )
        return None
    changed = differing(last.fingerprint, fingerprint)
    if changed:
        names = ", ".join(f"`{name}`" for name in changed)
        verb = "differs" if len(changed) == 1 else "differ"
        say(
            f"Goes on from the model's weights with a new optimizer, since {names} {verb} from "
            f"last time. {over}"
        )
        return None
    done = f"epoch {last.epochs}" if last.epochs else f"step {last.steps}"
    say(f"Goes on where the last run ended, after {done}. {over}")
    return last
