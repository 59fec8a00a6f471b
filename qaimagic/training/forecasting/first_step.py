"""What the first step of a run within a budget may cost, before anything is submitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import nn

from qaimagic.devices import override
from qaimagic.devices.prices import figures
from qaimagic.training.events import Event
from qaimagic.training.forecasting.amounts import amounts_of
from qaimagic.training.forecasting.carrying_out import place_of
from qaimagic.training.forecasting.rehearsal import Rehearsal
from qaimagic.training.loop.options import Options
from qaimagic.training.loop.session import Session
from qaimagic.training.loop.weights import quantum_layers


def price_of_first_step(
    model: nn.Module, options: Options, on_copy: Callable[[Options], Session]
) -> float:
    """Return what a step may cost, in US dollars; 0 where no device that runs has a list price.

    Args:
        model: The model.
        options: The run's options.
        on_copy: Prepares a run with other options on a copy of the model.
    """
    with override(options.device, shots=options.shots):
        names = [layer.device_name for layer in quantum_layers(model).values()]
    if all(figures(name).price is None for name in names):
        return 0.0
    quiet = replace(options, live=_unheard, listeners=(), checkpoint=None, budget=None)
    session = on_copy(quiet)
    rehearsal = Rehearsal(session)
    with override(session.device, shots=session.shots):
        places = [place_of(layer) for layer in rehearsal.layers]
    place = next(one for one in places if one.known.price is not None)
    step, _ = rehearsal.step()
    largest = max(amounts_of(session).steps)
    return place.row("step", step.at(largest), is_chosen=True).dollars or 0.0


def _unheard(_event: Event) -> None:
    """Show nothing: a step is only rehearsed."""
