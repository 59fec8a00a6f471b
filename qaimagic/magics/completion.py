"""Tab completion: options and their values, devices, layers, and gates in ``%%quantum`` cells."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from qaimagic.devices.mitigation import METHODS
from qaimagic.errors import DeviceError
from qaimagic.magics._lookup import own_names
from qaimagic.magics._shared import option_strings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_IDENTIFIER = "qaimagic.magics.completion"
_MAGIC = re.compile(r"\s*(?:[\w.,\s]+=\s*)?(%%?)(\w+)\s+(.*)")
_GATE = re.compile(r"\b(?:qml|qp)\.(\w*)$")
_USUAL_GATES = [
    "AngleEmbedding", "AmplitudeEmbedding", "BasicEntanglerLayers", "StronglyEntanglingLayers",
    "RX", "RY", "RZ", "Rot", "PhaseShift", "Hadamard", "PauliX", "PauliY", "PauliZ", "S", "T",
    "X", "Y", "Z", "I", "H", "CNOT", "CZ", "CY", "CRX", "CRY", "CRZ", "SWAP", "CSWAP",
    "Toffoli", "IsingXX", "IsingYY", "IsingZZ", "MultiControlledX", "QFT", "Hamiltonian",
]  # fmt: skip
_MEASUREMENTS = ("expval", "var", "probs", "sample", "counts")
_OPTIMIZERS = ("QNG", "QNSPSA", "Rotosolve", "SPSA")
_DIFF_METHODS = (
    "best",
    "backprop",
    "adjoint",
    "parameter-shift",
    "finite-diff",
    "spsa",
    "hadamard",
)


def install(shell: InteractiveShell) -> None:
    """Add our matcher to the shell's completer."""
    uninstall(shell)

    @context_matcher(identifier=_IDENTIFIER)  # type: ignore[untyped-decorator]
    def qaimagic_matcher(context: CompletionContext) -> SimpleMatcherResult:
        fragment, candidates, kind = _candidates(shell, context)
        found = [word for word in candidates if word.startswith(fragment) and word != fragment]
        return SimpleMatcherResult(
            completions=[SimpleCompletion(text=word, type=kind) for word in found],
            matched_fragment=fragment,
            ordered=True,
            suppress=bool(found) and (kind == "magic" or not fragment or fragment[0].isupper()),
        )

    _matchers(shell).append(qaimagic_matcher)


def uninstall(shell: InteractiveShell) -> None:
    """Take our matcher away again."""
    matchers = _matchers(shell)
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", None) != _IDENTIFIER]


def _matchers(shell: InteractiveShell) -> list[Any]:
    matchers: list[Any] = shell.Completer.custom_matchers
    return matchers


def _candidates(
    shell: InteractiveShell, context: CompletionContext
) -> tuple[str, Iterable[str], str]:
    """Return the fragment before the cursor, what it may become, and what kind that is.

    No candidates: Python's own completion answers.
    """
    line = context.text_until_cursor
    on_magic = _MAGIC.match(line)
    if on_magic:
        kind = "cell" if on_magic[1] == "%%" else "line"
        magic = shell.magics_manager.magics[kind].get(on_magic[2])
        if not type(getattr(magic, "__self__", None)).__module__.startswith("qaimagic.magics."):
            return "", (), ""
        *before, fragment = re.split(r"[\s=]+", on_magic[3])
        if fragment.startswith("-"):
            return fragment, option_strings(magic), "magic"
        return fragment, _values(shell, kind + " " + on_magic[2], before), "magic"
    gate = _GATE.search(line)
    if gate and context.full_text.lstrip().startswith("%%quantum"):
        return gate[1], _gates("pennylane" in sys.modules), "class"
    return "", (), ""


def _values(shell: InteractiveShell, magic: str, before: list[str]) -> Iterable[str]:
    """Return what may stand after the words ``before`` on the line of ``magic``."""
    options = [word for word in before if word.startswith("--")]
    if before and before[-1] == "-o":
        return ()
    last = options[-1] if options else ""
    takes_names = last in ("--data", "--val", "--test", "--devices", "--inputs", "--weights")
    if magic == "line qlandscape" and last == "--over":
        return _weights(shell, before[0])
    if last and (takes_names or before[-1] == last):
        is_annealer = magic == "cell anneal" and last == "--device"
        return _annealers(shell) if is_annealer else _option_values(shell, last)
    if magic == "cell anneal":
        return ()
    if magic == "line qdevice":
        return _devices()
    wanted = {"line qdraw": _is_circuit, "line qstate": _is_state}.get(magic, _is_trainable)
    return [name for name in own_names(shell) if wanted(shell.user_ns[name])]


def _option_values(shell: InteractiveShell, option: str) -> Iterable[str]:
    names = own_names(shell)
    states = [name for name in names if _is_state(shell.user_ns[name])]
    modules = [name for name in names if _is_trainable(shell.user_ns[name])]
    values: dict[str, Callable[[], Iterable[str]]] = {
        "--device": _devices,
        "--devices": _devices,
        "--sweep": _sweepable,
        "--diff": lambda: _DIFF_METHODS,
        "--mitigate": lambda: METHODS,
        "--format": lambda: ("svg", "text", "mpl"),
        "--opt": lambda: sorted({*_torch_names("torch.optim", ""), *_OPTIMIZERS}),
        "--loss": lambda: _torch_names("torch.nn", "Loss"),
        "--schedule": lambda: _torch_names("torch.optim.lr_scheduler", "LR"),
        "--metric": lambda: ("accuracy", "r2", "mae", "mse"),
        "--baseline": lambda: ("auto", *modules),
        "--with": lambda: states,
    }
    return values[option]() if option in values else names


def _devices() -> Iterable[str]:
    from qaimagic import devices

    try:
        return [*devices.names(), *devices.saved()]
    except DeviceError:
        return devices.names()


def _annealers(shell: InteractiveShell) -> Iterable[str]:
    from qaimagic.devices import annealers

    own = [name for name in own_names(shell) if hasattr(shell.user_ns[name], "sample_qubo")]
    return [*annealers.names(), *own]


def _weights(shell: InteractiveShell, word: str) -> Iterable[str]:
    """Return the first number of each weight of a module of the notebook."""
    module = shell.user_ns.get(word)
    if not (_is_trainable(module) and hasattr(module, "named_parameters")):
        return own_names(shell)
    return [
        f"{name}[{','.join('0' * value.ndim)}]" if value.ndim else name
        for name, value in module.named_parameters()
    ]


def _sweepable() -> Iterable[str]:
    """Return the options that can be swept, once something of training was loaded."""
    plan = sys.modules.get("qaimagic.training.comparison.plan")
    names = ("lr", "batch_size", "epochs", "steps", "opt") if plan is None else plan.sweepable()
    return [f"{name}=" for name in names]


def _torch_names(module: str, ending: str) -> Iterable[str]:
    """Return the classes of a module of torch that is loaded already, or nothing."""
    public = vars(sys.modules[module]) if module in sys.modules else {}
    return sorted(name for name in public if name[0].isupper() and name.endswith(ending))


def _is_trainable(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module | torch.Tensor)


def _is_circuit(value: object) -> bool:
    qml = sys.modules.get("pennylane")
    return hasattr(value, "qnode") or (qml is not None and isinstance(value, qml.QNode))


def _is_state(value: object) -> bool:
    """Return whether a value may have a state: a circuit, or an array of 2**n numbers a side."""
    shape = getattr(value, "shape", None)
    size = shape[0] if isinstance(shape, tuple) and shape else 0
    return _is_circuit(value) or (size > 1 and size & (size - 1) == 0)


@cache
def _gates(loaded: bool) -> list[str]:
    """Return the gates and measurements of PennyLane; the usual ones until it is loaded."""
    if not loaded:
        return sorted([*_USUAL_GATES, *_MEASUREMENTS])
    qml = sys.modules["pennylane"]
    gates = [
        name
        for name, value in vars(qml).items()
        if isinstance(value, type) and issubclass(value, qml.operation.Operator)
    ]
    return sorted([*gates, *_MEASUREMENTS])
