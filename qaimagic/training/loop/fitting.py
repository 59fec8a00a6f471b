"""Set up a run on data: everything between the call of ``train`` and the first step."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from qaimagic._checks import check_int, requirement
from qaimagic.devices import override
from qaimagic.training.data.arrays import Arrays
from qaimagic.training.data.batches import Batches
from qaimagic.training.data.casting import Casting
from qaimagic.training.data.supply import Data, as_batches, read_data
from qaimagic.training.loop.beside import baseline_for, describe_baseline
from qaimagic.training.loop.options import Options
from qaimagic.training.loop.preflight import (
    Trial,
    a_few,
    check_model,
    check_output,
    shared_layers,
)
from qaimagic.training.loop.session import Session
from qaimagic.training.loop.side import Side
from qaimagic.training.loop.steps import Loop
from qaimagic.training.loop.stopwatch import Stopwatch
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.weights import Weights, describe_model, quantum_layers
from qaimagic.training.objective.choice import Objective, choose_objective, own_loss
from qaimagic.training.objective.computing import check_one_number, own_loss_of, supervised
from qaimagic.training.record.archive import read_checkpoint
from qaimagic.training.record.fingerprint import Fingerprint, of_choice, of_data, of_model
from qaimagic.training.record.history import History
from qaimagic.training.record.memory import starting_over, to_continue
from qaimagic.training.record.scores import Judge
from qaimagic.training.run import TrainingRun
from qaimagic.training.watch.board import Board

DEFAULT_EPOCHS = 10


@dataclass(frozen=True)
class Material:
    """What a run on data is given; see ``train`` for each.

    Attributes:
        data: Training data.
        target: A DataFrame's column, or None.
        val: Validation data, or a fraction.
        test: Test data, or None.
        loss: The loss, or None.
        metric: The metric, or None.
        batch_size: Samples in a step.
        baseline: A module, ``"auto"`` or None.
    """

    data: Any
    target: str | None
    val: Any
    test: Any
    loss: str | Callable[..., Any] | None
    metric: str | Callable[..., Any] | None
    batch_size: int
    baseline: str | nn.Module | None


def fit(
    model: nn.Module, given: Material, options: Options, epochs: int | None, steps: int | None
) -> TrainingRun:
    """Check everything, train, and return the record; see ``train``."""
    session = prepare(model, given, options, epochs, steps)
    if options.budget is not None:
        from qaimagic.training.forecasting.first_step import price_of_first_step

        def on_copy(changed: Options) -> Session:
            return prepare(copy.deepcopy(model), given, changed, epochs, steps)

        session.loop.purse.expect("step", price_of_first_step(model, options, on_copy))
    return session.start()


def prepare(
    model: nn.Module, given: Material, options: Options, epochs: int | None, steps: int | None
) -> Session:
    """Check everything, and return the run ready to start; see ``train``."""
    check_model(model)
    options.check()
    check_int("batch_size", given.batch_size, minimum=1)
    if epochs is None and steps is None:
        epochs = DEFAULT_EPOCHS
    board = Board(options.live, options.listeners)
    setup = _Setup(model, given, options, board)
    with (
        setup.watch.running(),
        override(options.device, shots=options.shots),
        starting_over(model, setup.weights, board.say, fresh=options.fresh),
    ):
        return setup.session(epochs, steps)


class _Setup:
    """The steps of the preparation, in order, with what they pass on."""

    def __init__(self, model: nn.Module, given: Material, options: Options, board: Board) -> None:
        self.model, self.given, self.options, self.board = model, given, options, board
        self.weights = Weights({"": model})
        self.watch = Stopwatch()
        self.owns_loss = hasattr(model, "training_loss")

    def session(self, epochs: int | None, steps: int | None) -> Session:
        given, options, board = self.given, self.options, self.board
        data = read_data(
            given.data,
            target=given.target,
            val=given.val,
            test=given.test,
            seed=options.seed,
            alone=self.owns_loss,
            say=board.say,
        )
        objective, trial, casting = self._objective(data)
        train = as_batches(data.train, casting, given.batch_size, options.seed, board.say)
        val, test = (self._still(part, casting) for part in (data.val, data.test))
        length = _epochs_of(train, epochs, steps)
        baseline = given.baseline
        own = baseline if isinstance(baseline, nn.Module) else None
        for sentence in shared_layers(self.model, own):
            board.say(sentence)
        twin_model = baseline_for(self.model, baseline, trial, train, options.seed)
        twin = None
        if twin_model is not None:
            compute = supervised(twin_model, objective)
            learner = options.learner(Weights({"": twin_model}), compute, "baseline", length)
            twin = Side(learner, objective.metric)
        learner = options.learner(self.weights, supervised(self.model, objective), "model", length)
        layers = quantum_layers(self.model).values()
        n_outputs = trial.output.shape[1] if trial.output.ndim > 1 else 1
        loop = Loop(
            model=Side(learner, objective.metric),
            twin=twin,
            train=train,
            val=val,
            seed=options.seed,
            limits=options.limits(epochs, steps),
            circuits=lambda: sum(layer.circuits for layer in layers),
            watch=self.watch,
        )
        session = Session(
            loop=loop,
            about=self._about(objective, data, twin_model),
            board=board,
            judge=Judge(train, val, test, objective, n_outputs, twin is not None, options.seed),
            model=self.model,
            model_name="hybrid model" if layers else "model",
            twin_name=describe_baseline(baseline, twin_model),
            initial=self.weights.state(),
            device=options.device,
            shots=options.shots,
            checkpoint=options.path,
            layers=trial.layers,
            budget=options.budget,
        )
        self._take_up(session, epochs, steps)
        return session

    def _objective(self, data: Data) -> tuple[Objective, Trial, Casting]:
        options = self.options
        casting = Casting.of(self.model)
        raw = as_batches(data.train, casting, self.given.batch_size, options.seed, _silent)
        batch = next(raw.epoch(1))
        few = a_few(batch)
        stream = Stream(derive(options.seed, "trial"), casting.device)
        if self.owns_loss:
            with stream:
                trial = Trial(self.weights, lambda: own_loss_of(self.model)(few.content))
            name = f"{type(self.model).__name__}.training_loss"
            check_one_number(trial.output, name)
            return own_loss(name), trial, casting
        if few.target is None:
            raise ValueError(requirement("data", "come with targets", "there is X alone"))
        with stream:
            trial = Trial(self.weights, lambda: self.model(*few.inputs))
        output = check_output(trial.output, few)
        target = data.train.target if isinstance(data.train, Arrays) else batch.target
        assert target is not None
        objective = choose_objective(
            self.given.loss,
            self.given.metric,
            output.detach(),
            casting.target(target),
            self.board.say,
        )
        return objective, trial, replace(casting, fit=objective.fit)

    def _still(self, part: Any, casting: Casting) -> Batches | None:
        if part is None:
            return None
        return as_batches(part, casting, self.given.batch_size, None, _silent)

    def _about(self, objective: Objective, data: Data, twin: nn.Module | None) -> TrainingRun:
        device = self.options.told_device(self.model)
        given = self.given
        fingerprint: Fingerprint = {
            "model": of_model(self.model),
            "data": of_data(data),
            "baseline": "none" if twin is None else of_model(twin),
            "loss": of_choice(given.loss or objective.loss_name),
            "metric": of_choice(given.metric),
            "batch_size": str(given.batch_size),
        } | self.options.fingerprint(device)
        return TrainingRun(
            History(),
            "unfinished",
            "",
            model=describe_model(self.model),
            parameters=len(self.weights),
            device=device,
            loss=objective.loss_name,
            metric=None if objective.metric is None else objective.metric.name,
            metric_rises=objective.metric is None or objective.metric.rises,
            seed=self.options.seed,
            fingerprint=fingerprint,
        )

    def _take_up(self, session: Session, epochs: int | None, steps: int | None) -> None:
        path, fingerprint = self.options.path, session.about.fingerprint
        if self.options.fresh:
            return
        if path is not None and path.exists():
            session.loop.load(read_checkpoint(path, fingerprint))
            done = f"{session.loop.epoch} epochs, {session.loop.step} steps"
            self.board.say(
                f"Goes on from `{path}` ({done}). `fresh` (in a cell `--fresh`) starts over."
            )
        elif path is None:
            last = to_continue(self.model, self.weights, fingerprint, self.board.say)
            if last is not None:
                session.go_on(last.state, epochs, steps)


def _epochs_of(train: Batches, epochs: int | None, steps: int | None) -> int | None:
    if epochs is not None or steps is None:
        return epochs
    try:
        return -(-steps // len(train))
    except TypeError:
        return None


def _silent(_message: str) -> None:
    """Say nothing: the training data have said it."""
