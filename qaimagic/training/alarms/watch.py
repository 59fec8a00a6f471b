"""Watches over the quantum layers of a run: one more listener, which sounds alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qaimagic.training.events import Alarm, AlarmKind, Event, StepEnded
from qaimagic.training.record.history import History

if TYPE_CHECKING:
    from qaimagic.training.alarms.energies import Energies
    from qaimagic.training.alarms.start import Start

Sound = Callable[[Alarm], None]


@contextmanager
def watching(layers: Sequence[Any], history: History, sound: Sound) -> Iterator[Watch]:
    """Within the context, watch over layers; gives the listener that has to hear of the steps.

    Gradients are judged in the first steps of a run that starts from nothing: later ones are small
    because the model has learnt.

    Args:
        layers: The quantum layers of the run.
        history: What was recorded so far: no kind of alarm sounds twice.
        sound: Called with each alarm.
    """
    watch = Watch({alarm.kind for alarm in history.alarms}, sound)
    try:
        for layer in layers:
            watch.add(layer, starts=not history.steps)
        yield watch
    finally:
        watch.remove()


class Watch:
    """Looks at layers after each step, and sounds each kind of alarm once.

    Args:
        kinds: The kinds that have sounded already.
        sound: Called with each alarm.
    """

    def __init__(self, kinds: set[AlarmKind], sound: Sound) -> None:
        self._kinds, self._sound = kinds, sound
        self._starts: list[Start] = []
        self._energies: list[Energies] = []
        self._steps = 0

    def add(self, layer: Any, *, starts: bool) -> None:
        """Watch over ``layer``, where it is known what it measures.

        Args:
            layer: A quantum layer.
            starts: Whether the run starts with the next step.
        """
        # Here, so that a run without quantum layers imports no PennyLane.
        from qaimagic.training.alarms.energies import energies_of
        from qaimagic.training.alarms.measured import circuit_of
        from qaimagic.training.alarms.start import start_of

        tape = circuit_of(layer)
        if starts and (start := start_of(layer, tape)) is not None:
            self._starts.append(start)
        if "below_ground_energy" in self._kinds:
            return
        if (energies := energies_of(layer, tape)) is not None:
            self._energies.append(energies)

    def __call__(self, event: Event) -> None:
        """Look at what the step of ``event`` has left."""
        if not isinstance(event, StepEnded):
            return
        self._steps += 1
        for start in [*self._starts]:
            self._look_at_start(start, event.step)
        for energies in [*self._energies]:
            if self._tell("below_ground_energy", energies.look(), event.step):
                self._energies.remove(energies)
                energies.remove()

    def _look_at_start(self, start: Start, step: int) -> None:
        start.sighting.end_step()
        if self._steps == 1:
            self._tell("vanishing_gradients", start.flat(), step)
        if start.is_seen(self._steps):
            self._tell("shot_noise", start.noisy(self._steps), step)
            self._starts.remove(start)
            start.remove()

    def remove(self) -> None:
        """Look no longer."""
        for start in self._starts:
            start.remove()
        for energies in self._energies:
            energies.remove()

    def _tell(self, kind: AlarmKind, message: str | None, step: int) -> bool:
        """Sound an alarm if there is something to say; returns whether there was."""
        if message is not None and kind not in self._kinds:
            self._kinds.add(kind)
            self._sound(Alarm(message, kind, step))
        return message is not None
