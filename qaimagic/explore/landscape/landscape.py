"""``landscape``: a loss over two of its weights, or over two random directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, requirement

if TYPE_CHECKING:
    from torch import Tensor, nn

    from qaimagic.explore.landscape.result import Landscape

_MOST_POINTS = 401


def landscape(
    what: nn.Module | Callable[..., Any],
    data: Any = None,
    *,
    over: Sequence[str] = (),
    random: bool = False,
    inputs: Any = None,
    loss: str | Callable[..., Any] | None = None,
    weights: Tensor | nn.Module | Mapping[str, Any] | None = None,
    path: Any = None,
    points: int = 41,
    span: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
) -> Landscape:
    r"""Compute a loss on a grid over two of its weights, all others as they are.

    .. math:: L(a, b) = L(\theta_0 + a \, u + b \, v)

    The grid is computed coarse first, in batches. The first interrupt ends it at the next batch
    and keeps the finest grid that is complete. The weights stay as they are.

    Args:
        what: A layer or model; or a function that returns one number, of tensors or, as for
            ``minimize``, without arguments.
        data: An (X, y) pair: the loss of the model over these samples, in evaluation mode.
        over: Two weights, such as ``theta[0,0]`` and ``theta[1,2]``; those of a model of two need
            not be named.
        random: Take two random directions through all weights instead, in each filter as long as
            the weights are.
        inputs: A value for each argument of a layer, to see its one answer instead of a loss.
        loss: As for ``train``, with data; chosen from the targets if not given.
        weights: What a function reads: a tensor, a module, or a dictionary that names them.
        path: A `WeightPath` or the record of a run, to draw the way of a training on it.
        points: How many values each direction has, from 3 to 401; 8 k + 1 of them, as 41, grow
            best.
        span: How far to go on either side of the present weights; pi if not given, and 1 with
            ``random``. It grows until the path is in sight.
        device: Quantum device, instead of the layers' own.
        shots: Shots, instead of the layers' own.
        seed: Decides random directions, and shots.

    Returns:
        The values with their axes, the minimum, and a picture that lasts; in JupyterLab one can
        read values there, and turn up shots and noise.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a name, the data or a number does not fit.
        StaleLayerError: If a layer's cell has been run again since.

    Example:
        >>> import pennylane as qml, torch, qaimagic
        >>> @qaimagic.quantum
        ... def tilt(theta: (2,)):
        ...     qml.RX(theta[0], wires=0)
        ...     qml.RY(theta[1], wires=0)
        ...     return qml.expval(qml.Z(0))
        >>> _ = tilt.theta.data.copy_(torch.tensor([0.0, 0.5]))
        >>> qaimagic.landscape(tilt, points=9, span=2.0)
        tilt over theta[0] and theta[1], 9 x 9 points: lowest -0.8011 at (0, 2.5), highest 1; 0.8776
        at the present weights.

    References:
        Li et al., Visualizing the Loss Landscape of Neural Nets (2018), arXiv:1712.09913.
    """
    from qaimagic.explore.landscape.computing import Request, compute
    from qaimagic.explore.landscape.surface import surface_of

    if check_int("points", points, minimum=3) > _MOST_POINTS:
        raise ValueError(requirement("points", f"be at most {_MOST_POINTS}", f"it is {points}"))
    check_int("seed", seed, minimum=0)
    if span is not None:
        check_number("span", span, above=0.0)
    if random and over:
        rule = "be left out with `random`"
        raise ValueError(requirement("over", rule, f"it is {over!r}"))
    surface = surface_of(what, weights, data, inputs, loss)
    return compute(surface, Request(over, random, path, points, span, device, shots, seed))
