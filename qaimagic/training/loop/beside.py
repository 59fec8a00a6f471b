"""Who learns beside the model, on the same batches: a classical twin, or a module of one's own."""

from __future__ import annotations

from torch import Tensor, nn

from qaimagic._checks import check_choice, requirement
from qaimagic.training.data.batches import Batches
from qaimagic.training.loop.preflight import Trial, a_few, check_model
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.weights import Weights, describe_model
from qaimagic.training.objective.computing import check_one_number, own_loss_of
from qaimagic.training.twin.baseline import build_twin


def baseline_for(
    model: nn.Module, baseline: str | nn.Module | None, trial: Trial, train: Batches, seed: int
) -> nn.Module | None:
    """Return the module that ``baseline`` means, or None.

    Args:
        model: What it learns beside.
        baseline: A module, ``"auto"`` for a classical twin, or None.
        trial: The model's answer to a few samples.
        train: The training data.
        seed: Where the twin's weights are drawn from.

    Raises:
        TypeError: If it cannot be trained.
        ValueError: If it is an unknown word, or answers in another shape than the model.
    """
    if baseline is None:
        return None
    if isinstance(baseline, str):
        check_choice("baseline", baseline, ["auto"])
        stream = Stream(derive(seed, "twin"), Weights({"": model}).device)
        return build_twin(model, trial.widths, stream)
    twin = check_model(baseline, "baseline")
    few = a_few(next(train.epoch(1)))
    answers = own_loss_of(twin) if hasattr(model, "training_loss") else None
    weights = Weights({"": twin})
    with Stream(derive(seed, "trial"), Weights({"": model}).device):
        answer = Trial(
            weights, lambda: twin(*few.inputs) if answers is None else answers(few.content)
        ).output
    if answers is not None:
        check_one_number(answer, f"{type(twin).__name__}.training_loss")
        return twin
    if not isinstance(answer, Tensor) or answer.shape != trial.output.shape:
        rule = f"answer in the model's shape {tuple(trial.output.shape)}"
        received = f"its answer has shape {tuple(getattr(answer, 'shape', ()))}"
        raise ValueError(requirement("baseline", rule, received))
    return twin


def describe_baseline(baseline: str | nn.Module | None, made: nn.Module | None) -> str | None:
    """Return one line about what ``baseline_for`` made of ``baseline``, or None."""
    if made is None:
        return None
    line = describe_model(made)
    parameters = line.partition(" with ")[2]
    return f"a classical twin with {parameters}" if baseline == "auto" else line
