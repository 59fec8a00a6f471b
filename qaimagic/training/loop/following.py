"""Set up a run without data: a number that is followed downhill."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from qaimagic._checks import check_int, requirement
from qaimagic.devices import override
from qaimagic.training.data.batches import Batch
from qaimagic.training.loop.options import Options
from qaimagic.training.loop.preflight import (
    Trial,
    check_fresh,
    check_model,
    shared_layers,
)
from qaimagic.training.loop.session import Session
from qaimagic.training.loop.side import Side
from qaimagic.training.loop.steps import Loop
from qaimagic.training.loop.stopwatch import Stopwatch
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.weights import Weights, describe_model, quantum_layers
from qaimagic.training.objective.computing import check_one_number
from qaimagic.training.record.archive import read_checkpoint
from qaimagic.training.record.fingerprint import Fingerprint, of_choice, of_model, of_tensors
from qaimagic.training.record.history import History
from qaimagic.training.record.memory import starting_over, to_continue
from qaimagic.training.run import TrainingRun
from qaimagic.training.watch.board import Board

DEFAULT_STEPS = 200


def follow_model(model: nn.Module, options: Options, steps: int | None) -> TrainingRun:
    """Minimise the number that ``model()`` returns; see ``train``."""
    return prepare_model(model, options, steps).start()


def prepare_model(model: nn.Module, options: Options, steps: int | None) -> Session:
    """Check everything, and return the run ready to start; see ``train``."""
    check_model(model)
    _check_needs_nothing(model)
    weights = Weights({"": model})
    options.check()
    board = Board(options.live, options.listeners)
    for sentence in shared_layers(model, None):
        board.say(sentence)
    identity = {"model": of_model(model)}
    line = describe_model(model)
    steps = DEFAULT_STEPS if steps is None else steps
    watch = Stopwatch()
    with watch.running(), starting_over(model, weights, board.say, fresh=options.fresh):
        session = _session(model, weights, options, board, identity, line, steps, watch)
    session.model = model
    if not _from_file(session, options) and options.path is None and not options.fresh:
        last = to_continue(model, weights, session.about.fingerprint, board.say)
        if last is not None:
            session.go_on(last.state, None, steps)
    return session


def follow(
    loss: Callable[[], Tensor],
    over: Tensor | nn.Module | Sequence[Any] | Mapping[str, Any],
    options: Options,
    steps: int,
) -> TrainingRun:
    """Minimise the number that ``loss()`` returns; see ``minimize``."""
    check_int("steps", steps, minimum=1)
    options.check()
    parts = _named(over)
    check_fresh(*(part for part in parts.values() if isinstance(part, nn.Module)))
    weights = Weights(parts)
    if not weights.trainable:
        received = "nothing in it is trainable"
        raise ValueError(requirement("over", "hold something to change", received))
    board = Board(options.live, options.listeners)
    identity = {"over": of_tensors(weights.trainable), "loss": of_choice(loss)}
    line = f"{', '.join(name for name in parts if name) or 'loss'} with {_count(len(weights))}"
    watch = Stopwatch()
    with watch.running():
        session = _session(loss, weights, options, board, identity, line, steps, watch)
    _from_file(session, options)
    return session.start()


def _session(
    answer: Callable[[], Any],
    weights: Weights,
    options: Options,
    board: Board,
    identity: Fingerprint,
    line: str,
    steps: int,
    watch: Stopwatch,
) -> Session:
    modules = tuple(weights.modules.values())
    what = "model" if isinstance(answer, nn.Module) else "loss"
    with override(options.device, shots=options.shots):
        with weights.tracked(), Stream(derive(options.seed, "trial"), weights.device):
            trial = Trial(weights, answer)
        device = options.told_device(*modules)
    fix = "Give `data` to train a model that takes some." if what == "model" else ""
    check_one_number(trial.output, what, fix)

    def compute(_batch: Batch | None) -> tuple[Tensor, Tensor | None]:
        return answer().reshape(()), None

    layers = quantum_layers(*modules).values()
    loop = Loop(
        model=Side(options.learner(weights, compute, "model", steps), None),
        twin=None,
        train=None,
        val=None,
        seed=options.seed,
        limits=options.limits(None, steps),
        circuits=lambda: sum(layer.circuits for layer in layers),
        watch=watch,
    )
    about = TrainingRun(
        History(),
        "unfinished",
        "",
        model=line,
        parameters=len(weights),
        device=device,
        seed=options.seed,
        fingerprint=identity | options.fingerprint(device),
    )
    return Session(
        loop=loop,
        about=about,
        board=board,
        judge=None,
        model=None,
        model_name="model",
        twin_name=None,
        initial=weights.state(),
        device=options.device,
        shots=options.shots,
        checkpoint=options.path,
        layers=trial.layers,
        budget=options.budget,
    )


def _check_needs_nothing(model: nn.Module) -> None:
    try:
        inspect.signature(model.forward).bind()
    except TypeError as error:
        rule = "be given to a model that takes inputs"
        raise ValueError(requirement("data", rule, f"there is none ({error})")) from error


def _from_file(session: Session, options: Options) -> bool:
    path = options.path
    if options.fresh or path is None or not path.exists():
        return False
    session.loop.load(read_checkpoint(path, session.about.fingerprint))
    session.board.say(
        f"Goes on from `{path}` ({session.loop.step} steps). "
        "`fresh` (in a cell `--fresh`) starts over."
    )
    return True


def _named(over: Any) -> dict[str, Tensor | nn.Module]:
    if isinstance(over, Tensor | nn.Module):
        parts: dict[str, Any] = {"": over} if isinstance(over, nn.Module) else {"x": over}
    elif isinstance(over, Mapping):
        parts = {str(name): part for name, part in over.items()}
    elif isinstance(over, Sequence) and not isinstance(over, str):
        parts = {f"x{i}": part for i, part in enumerate(over)}
    else:
        parts = {"over": over}
    for name, part in parts.items():
        if not isinstance(part, Tensor | nn.Module):
            fix = "Make it one: `torch.tensor(...)`."
            rule = "hold tensors and modules"
            received = f"`{name}` is a {type(part).__name__}"
            raise TypeError(requirement("over", rule, received, fix))
        if isinstance(part, Tensor):
            _check_leaf(name, part)
    if not parts:
        raise ValueError(requirement("over", "hold something to change", "it is empty"))
    return parts


def _check_leaf(name: str, tensor: Tensor) -> None:
    rule = "hold tensors that can be changed in place"
    if not (tensor.is_floating_point() or tensor.is_complex()):
        fix = f"`{name} = {name}.float()` makes it one."
        received = f"`{name}` holds whole numbers"
        raise TypeError(requirement("over", "hold floating-point tensors", received, fix))
    if not tensor.is_leaf:
        received = f"`{name}` was computed from others"
        fix = f"Cut it off: `{name} = {name}.detach()`."
        raise ValueError(requirement("over", rule, received, fix))


def _count(n: int) -> str:
    return f"{n} parameter{'s' * (n != 1)}"
