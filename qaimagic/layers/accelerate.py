"""``qaimagic.accelerate``: every ``TorchLayer`` of a model runs on the engine, in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pennylane.qnn import TorchLayer
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.bridge.tracing import NotTraceableError
from qaimagic.errors import CircuitError
from qaimagic.layers.accelerated import Accelerated, restore, swap, why_not_here
from qaimagic.layers.agreement import NotComparableError
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.rehearsal import as_tensors, inputs_seen
from qaimagic.layers.side_by_side import in_turn, step, trains, unchanged

Model = TypeVar("Model", bound=nn.Module)


def accelerate(model: Model, *batch: Any) -> Model:
    """Let every PennyLane ``TorchLayer`` of ``model`` run on ``qaimagic.qubit``, in place.

    The layers stay what they are: the same parameters (an optimizer goes on with them), the same
    ``state_dict``, hooks, flags and shapes. With a batch, answers and gradients of each layer are
    compared with PennyLane's before anything changes, and a training step is timed before and
    after, in turn. Without one, each layer is compared in its first call. A layer that would not
    give the same numbers is left as it is, and named with the reason. So is one whose QNode asks
    for `parameter-shift`, or another gradient method that runs circuits of its own (they would
    neither run nor be counted), or for none.

    Args:
        model: A torch model, or a ``TorchLayer`` itself.
        *batch: What the model is called with, to compare and to measure: ``accelerate(model, X)``.
            A batch as in training will do, it need not be the whole data.

    Returns:
        ``model``.

    Raises:
        TypeError: If ``model`` is not a torch module.
        ValueError: If the batch is empty, or a tuple or list that the model cannot be called with.
        CircuitError: If answers or gradients would differ; the model is left as it was.

    Example:
        >>> from qaimagic import accelerate
        >>> @qml.qnode(qml.device("default.qubit", wires=4))
        ... def circuit(inputs, weights):
        ...     qml.AngleEmbedding(inputs, wires=range(4))
        ...     qml.StronglyEntanglingLayers(weights, wires=range(4))
        ...     return [qml.expval(qml.Z(i)) for i in range(4)]
        >>> layer = qml.qnn.TorchLayer(circuit, {"weights": (2, 4, 3)})
        >>> model = nn.Sequential(nn.Linear(8, 4), layer, nn.Linear(4, 2))
        >>> model = accelerate(model, torch.rand(16, 8))
        `1` runs on `qaimagic.qubit` now.
        A training step on this batch takes ... ms instead of ... ms: ...x, measured here, now.
        Answers and gradients agree with PennyLane's, to ...
    """
    if not isinstance(model, nn.Module):
        fix = "`accelerate` swaps the `TorchLayer`s of a model; `HybridLayer` takes a QNode."
        rule = "be a torch module"
        raise TypeError(requirement("model", rule, f"it is {type(model).__name__}", fix))
    found = {
        name or "the model": module
        for name, module in model.named_modules()
        if isinstance(module, TorchLayer)
    }
    if not found:
        print(_nothing_to_do(model))
        return model
    left = {name: reason for name, layer in found.items() if (reason := _reason(layer))}
    ready = {name: layer for name, layer in found.items() if name not in left}
    lines = _measured(model, ready, left, batch) if ready and batch else _swapped(ready)
    lines += [f"As before: {_code(name)}; {reason}." for name, reason in left.items()]
    print("\n".join(lines))
    return model


def _reason(layer: TorchLayer) -> str | None:
    kind: Any = layer._kind if isinstance(layer, Accelerated) else type(layer)
    if kind._evaluate_qnode is not TorchLayer._evaluate_qnode:
        return f"its class `{kind.__name__}` evaluates the circuit in a way of its own"
    if not isinstance(layer, Accelerated) and any(
        layer._parameters.get(name) is not weight for name, weight in layer.qnode_weights.items()
    ):
        return (
            "`TorchLayer` does not use the weights that are registered in it, as after a "
            "parametrization or `load_state_dict(assign=True)`"
        )
    return why_not_here(layer.qnode)


def _swapped(ready: dict[str, TorchLayer]) -> list[str]:
    for layer in ready.values():
        swap(layer)
    if not ready:
        return []
    return [
        _says_where(list(ready)),
        "The first call compares it with PennyLane's; `accelerate(model, X)` with a batch of your "
        "data also measures the gain.",
    ]


def _measured(
    model: nn.Module, ready: dict[str, TorchLayer], left: dict[str, str], batch: Sequence[Any]
) -> list[str]:
    arguments = as_tensors(model, batch)
    were_plain = [layer for layer in ready.values() if not isinstance(layer, Accelerated)]
    try:
        with unchanged(model, arguments):
            seen = inputs_seen(model, ready, arguments)
            worst = _compared(ready, left, seen)
            taken = {name: swap(layer) for name, layer in ready.items() if name not in left}
            compared = [layer for name, layer in taken.items() if seen[name]]
            if not compared:
                return _without_measure(taken)
            before, after = _timed(model, arguments, compared)
    except BaseException:
        _give_back(were_plain)
        raise
    times = _says_times(trains(model, arguments), before, after)
    if after >= before:
        _give_back(were_plain)
        return [f"Nothing gained, so the model is as it was: {times}"]
    return [
        _says_where(list(taken)),
        times,
        f"Answers and gradients agree with PennyLane's, to {worst:.0e} of the largest.",
    ]


def _without_measure(taken: dict[str, Accelerated]) -> list[str]:
    if not taken:
        return []
    line = "This batch did not come by, so nothing is measured; the first call compares."
    return [_says_where(list(taken)), line]


def _compared(
    ready: dict[str, TorchLayer], left: dict[str, str], seen: dict[str, list[Tensor]]
) -> float:
    """Return the largest difference; what cannot be traced joins ``left``."""
    worst = 0.0
    for name, layer in ready.items():
        swapped = layer if isinstance(layer, Accelerated) else None
        taken = swap(layer)
        try:
            for x in seen[name]:
                worst = max(worst, _agreed(name, taken, x))
        except (NotTraceableError, NotComparableError) as error:
            left[name] = str(error)
            if swapped is None:
                restore(taken)
    return worst


def _agreed(name: str, layer: Accelerated, x: Tensor) -> float:
    rows = x.reshape(-1, x.shape[-1]) if x.dim() > 1 else x
    found = layer.compare(rows, layer.current_weights())
    if not found.is_small:
        raise CircuitError(
            f"{_code(name)} would not give the same numbers on `qaimagic.qubit`: {found}. "
            "The model is as it was."
        )
    return max(found.answers, found.gradients)


def _timed(
    model: nn.Module, arguments: Sequence[Any], layers: Sequence[Accelerated]
) -> tuple[float, float]:
    def use(engine: bool) -> None:
        for layer in layers:
            layer.use_engine(engine)

    use(True)
    step(model, arguments)
    return in_turn(lambda: use(False), lambda: use(True), lambda: step(model, arguments))


def _give_back(layers: Sequence[TorchLayer]) -> None:
    for layer in layers:
        if isinstance(layer, Accelerated):
            restore(layer)


def _nothing_to_do(model: nn.Module) -> str:
    line = "There is no TorchLayer in the model, so nothing is swapped."
    ours = [name for name, one in model.named_modules() if isinstance(one, HybridLayer)]
    if ours:
        name = _code(ours[0]) if ours[0] else "The model"
        line += f" {name} is a HybridLayer, which is fast by itself."
    return line


def _says_where(names: Sequence[str]) -> str:
    verb = "runs" if len(names) == 1 else "run"
    subject = ", ".join(map(_code, names))
    return f"{subject[0].upper()}{subject[1:]} {verb} on `qaimagic.qubit` now."


def _says_times(is_training: bool, before: float, after: float) -> str:
    timed = "training step" if is_training else "forward pass"
    return (
        f"A {timed} on this batch takes {1e3 * after:.3g} ms instead of {1e3 * before:.3g} "
        f"ms: {_factor(before / after)}x, measured here, now."
    )


def _factor(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _code(name: str) -> str:
    return name if name == "the model" else f"`{name}`"
