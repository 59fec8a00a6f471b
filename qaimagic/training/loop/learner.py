"""One step of learning, which leaves good weights behind even when it fails."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn, optim

from qaimagic.errors import BudgetError
from qaimagic.training.data.batches import Batch
from qaimagic.training.loop.streams import Stream
from qaimagic.training.loop.weights import Weights, quantum_layers
from qaimagic.training.objective.optimizers import step_schedule

Compute = Callable[[Batch | None], tuple[Tensor, Tensor | None]]


class NotFiniteError(ArithmeticError):
    """A loss or a gradient became NaN or infinite; the last good weights are back in place."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What one step gave.

    Attributes:
        loss: Loss of the batch before the update.
        grad_norm: Euclidean norm of all gradients, before clipping.
        output: The model's answers, detached, or None if it owns its loss.
    """

    loss: float
    grad_norm: float
    output: Tensor | None


class Learner:
    """Weights together with all that changes them.

    Args:
        weights: What learns.
        compute: From a batch (None without data) to the loss and, if there are any, the outputs.
        optimizer: Updates the weights.
        schedule: A learning rate schedule of torch's, or None.
        clip: Largest norm of all gradients together, or None.
        stream: Where dropout and shots draw from.

    Attributes:
        optimizer: What updates the weights.
    """

    def __init__(
        self,
        weights: Weights,
        compute: Compute,
        optimizer: optim.Optimizer,
        schedule: Any,
        clip: float | None,
        stream: Stream,
    ) -> None:
        self.weights = weights
        self.stream = stream
        self._compute = compute
        self.optimizer = optimizer
        self._schedule = schedule
        self._clip = clip
        self._tensors = list(weights.trainable.values())
        self._good = [tensor.detach().clone() for tensor in self._tensors]
        self._layers = quantum_layers(*weights.modules.values())
        self._buffers = weights.buffers()
        self._good_buffers = [buffer.clone() for buffer in self._buffers]

    def learn(self, batch: Batch | None) -> Learnt:
        """Update the weights once.

        Raises:
            NotFiniteError: If the loss or a gradient is not finite.
            BudgetError: If a submission would cost more than is left; nothing has moved then.
        """
        if self._buffers:
            torch._foreach_copy_(self._good_buffers, self._buffers)
        if getattr(self.optimizer, "gradient_free", False):
            return self._learn_by_evaluations(batch)
        return self._learn_by_gradients(batch)

    def _learn_by_gradients(self, batch: Batch | None) -> Learnt:
        first: list[Learnt] = []

        def closure() -> Tensor:
            self.optimizer.zero_grad(set_to_none=True)
            loss, output = self._compute(batch)
            value = self._checked(loss)
            if not first:
                with torch.no_grad():
                    torch._foreach_copy_(self._good, self._tensors)
            loss.backward()  # type: ignore[no-untyped-call]
            gradients = [tensor.grad for tensor in self._tensors if tensor.grad is not None]
            total = nn.utils.get_total_norm(gradients)
            norm = total.item()
            if not math.isfinite(norm):
                self._fail("a gradient is not finite", None)
            if self._clip is not None and norm > self._clip:
                nn.utils.clip_grads_with_norm_(self._tensors, self._clip, total)
            if not first:
                first.append(Learnt(value, norm, None if output is None else output.detach()))
            return loss

        try:
            with self.stream, torch.enable_grad():
                self.optimizer.step(closure)  # type: ignore[arg-type]  # torch's stubs say float
        except BudgetError:
            self._put_back(weights=bool(first))
            raise
        return first[0]

    def _learn_by_evaluations(self, batch: Batch | None) -> Learnt:
        """Let the optimizer evaluate the loss where it wants to; the first outputs are kept."""
        outputs: list[Tensor | None] = []

        def closure() -> Tensor:
            loss, output = self._compute(batch)
            self._checked(loss)
            outputs.append(output)
            return loss

        with torch.no_grad():
            torch._foreach_copy_(self._good, self._tensors)
            try:
                with self.stream:
                    loss = self.optimizer.step(closure)  # type: ignore[arg-type]
            except BudgetError:
                self._put_back(weights=True)
                raise
        gradients = [tensor.grad for tensor in self._tensors if tensor.grad is not None]
        norm = nn.utils.get_total_norm(gradients).item()
        return Learnt(float(loss), norm, outputs[0])

    def _checked(self, loss: Tensor) -> float:
        value = loss.item()
        if not math.isfinite(value):
            self._fail(f"the loss became {value}", loss)
        return value

    def look(self, batch: Batch | None) -> tuple[float, Tensor | None]:
        """Return loss and outputs without learning; the caller provides mode and stream."""
        with torch.no_grad():
            loss, output = self._compute(batch)
        return loss.item(), output

    def move_schedule(self, watched: float) -> None:
        """Move the learning rate on; ``watched`` is the loss that decides what is best."""
        step_schedule(self._schedule, watched)

    def state(self) -> dict[str, Any]:
        """Return everything that the next step depends on."""
        schedule = None if self._schedule is None else _plain(self._schedule.state_dict())
        return {
            "weights": self.weights.state(),
            "optimizer": _copy(self.optimizer.state_dict()),
            "schedule": schedule,
            "stream": self.stream.state(),
            "shot_calls": {name: layer.runner.shot_calls for name, layer in self._layers.items()},
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on exactly where ``state`` was taken."""
        self.weights.load(state["weights"])
        self.optimizer.load_state_dict(_copy(state["optimizer"]))
        if self._schedule is not None:
            self._schedule.load_state_dict(_copy(state["schedule"]))
        self.stream.load(state["stream"])
        for name, layer in self._layers.items():
            layer.runner.shot_calls = state["shot_calls"][name]

    def _fail(self, what: str, loss: Tensor | None) -> None:
        guilty = self._first(lambda tensor: tensor)
        if guilty:
            cause = f"the weights `{guilty}` went first"
        else:
            if loss is not None and loss.requires_grad:
                loss.backward()  # type: ignore[no-untyped-call]
            guilty = self._first(lambda tensor: tensor.grad)
            cause = f"the gradient of `{guilty}` went first" if guilty else "all weights are finite"
        self._put_back(weights=True)
        raise NotFiniteError(f"{what}, and {cause}")

    @torch.no_grad()
    def _put_back(self, *, weights: bool) -> None:
        """Undo what the present step did; ``weights`` are those from before it once it began."""
        if weights:
            torch._foreach_copy_(self._tensors, self._good)
        if self._buffers:
            torch._foreach_copy_(self._buffers, self._good_buffers)
        self.optimizer.zero_grad(set_to_none=True)

    def _first(self, part: Callable[[Tensor], Tensor | None]) -> str | None:
        for name, tensor in self.weights.trainable.items():
            value = part(tensor)
            if value is not None and not torch.isfinite(value).all():
                return name
        return None


def _copy(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_copy(item) for item in value)
    return value


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a schedule's state that a file can hold; functions are made anew."""
    return {key: _copy(item) for key, item in state.items() if not callable(item)}
