"""From a run that is ready to start to its forecast: rehearse, multiply, look up prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from torch import optim

from qaimagic.devices import override
from qaimagic.devices.prices import Figures, figures, joules_here
from qaimagic.engine.machine import cores
from qaimagic.errors import CircuitError, DeviceError
from qaimagic.gradients import METHODS
from qaimagic.gradients.methods import EXACT
from qaimagic.layers.depth import depth_of
from qaimagic.layers.qnode_circuit import QNodeCircuit
from qaimagic.training.forecasting.amounts import Amounts, amounts_of
from qaimagic.training.forecasting.rehearsal import Line, Point, Rehearsal
from qaimagic.training.forecasting.result import Forecast, Row
from qaimagic.training.forecasting.showing import duration
from qaimagic.training.loop.learner import NotFiniteError
from qaimagic.training.loop.session import Session

_PATIENCE = 20.0
_SLOW = 600.0


@dataclass(frozen=True)
class Place:
    """Where circuits run, and what is known about it.

    Attributes:
        name: The device's name.
        is_paid: Whether it is paid for.
        shots: The shots of each circuit, or None.
        known: What the table of prices says.
    """

    name: str
    is_paid: bool
    shots: int | None
    known: Figures

    def row(self, method: str, total: Point, *, is_chosen: bool) -> Row:
        """Return the row of a method whose run takes ``total``."""
        shots = None if self.shots is None else self.shots * total.circuits
        if not self.is_paid:
            joules = joules_here(total.seconds, cores())
            return Row(method, is_chosen, total.circuits, shots, total.seconds, 0.0, joules)
        time, power, price = self.known.time, self.known.power, self.known.price
        seconds = dollars = joules = None
        if time is not None and shots is not None:
            seconds = time.seconds(shots, total.jobs)
        if price is not None and shots is not None:
            dollars = price.amount(total.circuits, shots, seconds)
        if power is not None and seconds is not None:
            joules = power.watts * seconds
        return Row(method, is_chosen, total.circuits, shots, seconds, dollars, joules)


def carry_out(session: Session) -> Forecast:
    """Return the forecast of a run that was prepared on a copy of the model."""
    rehearsal = Rehearsal(session)
    amounts = amounts_of(session)
    with override(session.device, shots=session.shots):
        places = [place_of(layer) for layer in rehearsal.layers] or [_HERE]
        depths = {layer.name: depth_of(layer) for layer in rehearsal.layers}
    place = next((one for one in places if one.is_paid), places[0])
    rows, notices = _rows(session, rehearsal, amounts, place)
    if len({(one.name, one.shots) for one in places}) > 1:
        notices.append(f"Layers run in several ways; all are counted as on `{place.name}`.")
    notices += _on_times(place)
    notices += _advice(rows, amounts)
    about = session.about
    return Forecast(
        model=about.model,
        device=about.device,
        n_samples=amounts.n_samples,
        epochs=amounts.epochs,
        steps=amounts.n_steps,
        depths=depths,
        rows=tuple(rows),
        notices=tuple(notices),
        sources=tuple(place.known.sources if place.is_paid else figures("cpu").sources),
    )


def place_of(layer: Any) -> Place:
    """Return where a layer would run now, and what is known about it."""
    runner = layer.runner
    return Place(runner.device_name, runner.is_paid, runner.shots, figures(runner.device_name))


_HERE = Place("none", False, None, Figures())


def _rows(
    session: Session, rehearsal: Rehearsal, amounts: Amounts, place: Place
) -> tuple[list[Row], list[str]]:
    optimizer = session.loop.model.learner.optimizer
    free = bool(getattr(optimizer, "gradient_free", False))
    step, extra = rehearsal.step()
    look = rehearsal.look() if amounts.looks else _NOTHING
    own = type(optimizer).__name__ if free else _own_name(rehearsal)
    rows = [place.row(own, amounts.of(step, look, extra), is_chosen=True)]
    notices = []
    if isinstance(optimizer, optim.LBFGS):
        notices.append("`LBFGS` evaluates as often as it needs to: its circuits are a guess.")
    if free or not rehearsal.layers:
        return rows, notices
    if any(isinstance(layer.circuit, QNodeCircuit) for layer in rehearsal.layers):
        return rows, [*notices, "The gradient method of a QNode is its own: there is one row."]
    refused: dict[str, list[str]] = {}
    began = perf_counter()
    for method in _others(rehearsal, own):
        if perf_counter() - began > _PATIENCE:
            refused.setdefault("they would take long to try here", []).append(method)
            continue
        try:
            step, extra = rehearsal.step(method)
        except DeviceError:
            continue
        except (CircuitError, NotFiniteError) as error:
            refused.setdefault(" ".join(str(error).split()), []).append(method)
            continue
        rows.append(place.row(method, amounts.of(step, look, extra), is_chosen=False))
    for reason, methods in refused.items():
        names = ", ".join(f"`{method}`" for method in methods)
        notices.append(f"Left out: {names}. {reason[:1].upper()}{reason[1:].rstrip('.')}.")
    return rows, notices


_NOTHING = Line(0, 0, 0, 0.0, 0.0)


def _own_name(rehearsal: Rehearsal) -> str:
    names = rehearsal.methods or ["no circuits"]
    if rehearsal.is_paid:
        names = ["parameter-shift" if name == "best" else name for name in names]
    return " and ".join(dict.fromkeys(names))


def _others(rehearsal: Rehearsal, own: str) -> Iterator[str]:
    """Yield the other methods, those of simulators and the cheapest first."""
    order = sorted(METHODS, key=lambda method: (method not in EXACT, method != "spsa"))
    for method in order:
        if method != own and not (rehearsal.is_paid and method in EXACT):
            yield method


def _on_times(place: Place) -> list[str]:
    if not place.is_paid:
        return [
            "Times were measured on a few samples here; energies are modelled, "
            f"for {cores()} cores at full load."
        ]
    told = [
        f"Nothing was submitted to `{place.name}`: circuits were counted on a simulator, and "
        "depths are those before compilation."
    ]
    if place.shots is None:
        told.append("Prices need a number of shots: `--shots 1000`, or `shots=1000` in Python.")
    elif place.known.price is None:
        told.append("Its price is not in the table; `prices.toml` in your settings may hold it.")
    if place.known.time is not None:
        told.append("Times are those of the machine, modelled; queues are not included.")
    return told


def _advice(rows: list[Row], amounts: Amounts) -> list[str]:
    """Return what to do about a run that would take long."""
    chosen = rows[0]
    if chosen.seconds is None or chosen.seconds <= _SLOW:
        return []
    told = [f"This is slow: {duration(chosen.seconds)}."]
    spsa = next((row for row in rows[1:] if row.method == "spsa"), None)
    if spsa is not None and spsa.seconds is not None and spsa.seconds < chosen.seconds:
        told.append(
            f"Gradients by `spsa` would take {spsa.circuits:,} circuits and "
            f"{duration(spsa.seconds)}, and scatter more."
        )
    if amounts.n_samples:
        share = _SLOW / chosen.seconds
        n = max(1, int(share * amounts.n_samples))
        circuits = round(chosen.circuits * n / amounts.n_samples)
        seconds = chosen.seconds * n / amounts.n_samples
        told.append(
            f"With {n:,} of the {amounts.n_samples:,} samples it would be about {circuits:,} "
            f"circuits and {duration(seconds)}."
        )
    return told
