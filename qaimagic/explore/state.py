"""Looks at a state: Bloch spheres, amplitudes, probabilities, shots, and a pair's fidelity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, did_you_mean, requirement
from qaimagic.drawing.page import Picture
from qaimagic.drawing.state_data import State
from qaimagic.drawing.state_picture import state_picture
from qaimagic.drawing.state_sample import Sample, check_shots, draw_shots
from qaimagic.explore._living import Living
from qaimagic.explore._states import check_kind, read_state, takes_inputs
from qaimagic.explore.fidelity import fidelity

if TYPE_CHECKING:
    from qaimagic.widgets.state import StateViewer


@dataclass(frozen=True, eq=False)
class StateView:
    """One state, or a pair, and what was drawn from it; shown in a notebook as a picture.

    Attributes:
        states: One state or two. ``values``, ``probabilities``, ``bloch`` (one vector for each
            wire), ``lengths`` and ``purity`` are its numbers.
        samples: Shots of each state, or nothing.
        fidelity: The fidelity of a pair, or None.
    """

    states: tuple[State, ...]
    samples: tuple[Sample, ...] = ()
    fidelity: float | None = None

    @cached_property
    def picture(self) -> Picture:
        """The picture that lasts, with its line of text and its data."""
        return state_picture(self.states, self.samples, self.fidelity)

    @cached_property
    def _living(self) -> Living:
        return Living(self.picture, self._widget)

    def _widget(self) -> StateViewer:
        from qaimagic.widgets.state import StateViewer

        return StateViewer(self.states, self.samples, self.fidelity)

    def __repr__(self) -> str:
        return repr(self.picture)

    def _repr_mimebundle_(self, **filters: object) -> dict[str, Any]:
        return self._living._repr_mimebundle_(**filters)


def state(
    source: Any,
    *inputs: Any,
    other: Any = None,
    shots: int | None = None,
    seed: int | None = None,
    wires: Sequence[Any] | None = None,
) -> StateView:
    r"""Look at the state that a circuit prepares, or at one given by its numbers.

    Each wire by itself is a point in a Bloch sphere; of a pure state, it lies within where the wire
    is entangled with others. Basis states are :math:`|b_0 b_1 \dots\rangle` with wire 0 first, as
    PennyLane numbers them.

    Args:
        source: A hybrid layer, a QNode, amplitudes of shape (2**n,), or a density matrix of shape
            (2**n, 2**n). Of a circuit, the state before its measurements, in double precision and
            without shots; of a QNode that returns ``qml.density_matrix``, that of its wires.
        *inputs: One sample, shape (n_features,), for each data argument of a layer, or a value for
            each argument of a QNode.
        other: A second state to compare with, of as many wires; a circuit that takes data takes
            the same inputs.
        shots: How many shots to draw from the probabilities; their 95 % intervals are Wilson's.
        seed: The seed of the shots.
        wires: The wires to look at, in this order; the others are traced out.

    Returns:
        A :class:`StateView`.

    Raises:
        TypeError: If a state is none of these, or inputs do not fit.
        ValueError: If numbers are no state (norm, shape, NaN), or a wire is unknown.
        CircuitError: If a circuit fails, or measures before its end.
        DeviceError: If a circuit's device has no state.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> @qaimagic.quantum
        ... def bell():
        ...     qml.H(0)
        ...     qml.CNOT([0, 1])
        ...     return qml.probs()
        >>> qaimagic.state(bell)
        bell: 2 wires, pure; |00⟩ 0.5, |11⟩ 0.5; Bloch lengths 0, 0
        >>> round(qaimagic.state(bell, other=[1, 0, 0, 0]).fidelity, 6)
        0.5
    """
    check_kind(source, "source")
    check_kind(other, "other")
    if shots is not None:
        check_shots(shots)
    if seed is not None:
        check_int("seed", seed, minimum=0)
        if shots is None:
            fix = "Say how many: `shots=1000`."
            raise ValueError(requirement("seed", "come with shots", "`shots` is not given", fix))
    if inputs and not (takes_inputs(source) or takes_inputs(other)):
        received = f"{len(inputs)} {'was' if len(inputs) == 1 else 'were'} given"
        raise TypeError(requirement("inputs", "be left out where nothing reads them", received))
    states = [_read(source, inputs, "source")]
    if other is not None:
        states.append(_beside(states[0], _read(other, inputs, "other")))
    if wires is not None:
        states = [one.part(_places(wires, one)) for one in states]
    samples = [] if shots is None else _samples(states, shots, seed)
    alike = fidelity(*states) if len(states) == 2 else None
    return StateView(tuple(states), tuple(samples), alike)


def _read(source: Any, inputs: Sequence[Any], argument: str) -> State:
    return read_state(source, inputs if takes_inputs(source) else (), argument)


def _beside(one: State, other: State) -> State:
    """Return the second of a pair, with the wires of the first and a name of its own."""
    if other.n_wires != one.n_wires:
        rule = f"have as many wires as `{one.name}` ({one.n_wires})"
        raise ValueError(requirement("other", rule, f"it has {other.n_wires}"))
    name = f"{other.name} (other)" if other.name == one.name else other.name
    return replace(other, wires=one.wires, name=name)


def _places(wires: Sequence[Any], one: State) -> list[int]:
    several = isinstance(wires, Iterable) and not isinstance(wires, str)
    asked = [str(wire) for wire in (wires if several else [wires])]
    for wire in asked:
        if wire not in one.wires:
            rule = f"be among the wires of `{one.name}` ({', '.join(one.wires)})"
            message = requirement("wires", rule, f"it holds {wire}")
            raise ValueError(message + did_you_mean(wire, one.wires))
    if not asked or len(set(asked)) < len(asked):
        received = f"it is {', '.join(asked)}" if asked else "it is empty"
        raise ValueError(requirement("wires", "name at least one wire, each once", received))
    return [one.wires.index(wire) for wire in asked]


def _samples(states: Sequence[State], shots: int, seed: int | None) -> list[Sample]:
    """Draw shots of each state; those of a pair are independent of each other."""
    return [
        draw_shots(state.probabilities, shots, None if seed is None else seed + number)
        for number, state in enumerate(states)
    ]
