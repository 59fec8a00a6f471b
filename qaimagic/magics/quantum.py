"""``%%quantum``: declare a hybrid layer in a cell; `qaimagic.quantum` says the same in Python."""

from __future__ import annotations

import ast
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

import qaimagic
from qaimagic.magics._at_hand import imports_of, put_at_hand
from qaimagic.magics._call import call_code
from qaimagic.magics._cell import Body, must_be_first, read_body, run_body
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, kind
from qaimagic.magics._options import Option, add_options, chosen
from qaimagic.magics._shared import argument, code_and_out, thin

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from qaimagic.layers.hybrid import HybridLayer

_USAGE = "%%quantum [--device NAME] [--diff METHOD] [--shots N] [--no-draw] [--code] [-o NAME]"
_OPTIONS = [
    Option("device", ("Any",), "device that runs it (`%qdevices` lists them)"),
    Option("diff", ("str",), "gradient method by PennyLane's name; `best` by default"),
    Option("shots", ("int", "None"), "number of shots; exact expectation values by default"),
    Option("seed", ("int", "None"), "seed of the shots"),
    Option("wires", ("Any",), "number or list of wires, where the circuit does not tell"),
]
_AT_HAND = {
    "qml": "import pennylane as qml",
    "qp": "import pennylane as qp",
    "np": "import numpy as np",
    "torch": "import torch",
    "nn": "from torch import nn",
    "math": "import math",
}


@magics_class
class QuantumMagics(Magics):
    """``%%quantum``, and ``%quantum`` for those who meant it."""

    shell: InteractiveShell

    @cell_magic
    @thin(_USAGE)
    @add_options(_OPTIONS)
    @argument("--no-draw", action="store_true", help="do not draw the circuit")
    @code_and_out
    def quantum(self, options: Namespace, cell: str) -> Any:
        """Declare a hybrid layer: a torch module whose forward pass is a quantum circuit.

        The last `def` of the cell is the layer, and its name the layer's name; a `def` before it
        is a helper. An argument with an annotation is a trainable weight of that shape; one
        without is data. The body is written for one sample, and the layer maps it over a batch.

            %%quantum
            def encoder(inputs, theta: (2, 4, 3)):
                qml.AngleEmbedding(inputs, wires=range(4))
                qml.StronglyEntanglingLayers(theta, wires=range(4))
                return [qml.expval(qml.Z(i)) for i in range(4)]

        `qml`, `qp` (both PennyLane), `np`, `torch`, `nn` and `math` are at hand. A default gives
        a weight's first value: `theta: 3 = 0.1`, or `theta: 3 = nn.init.normal_`. Values of
        options are literals or names of the notebook; nothing is evaluated.
        """
        __tracebackhide__ = True
        body = read_body(self.shell, "%%quantum", cell)
        definition = _last_definition(body)
        keywords = chosen(_OPTIONS, options, self.shell)
        if "diff" in keywords:
            keywords["diff_method"] = keywords.pop("diff")
        if options.code:
            print(_equivalent(cell, body, definition, keywords, options.out))
            options.out = None
            return None
        put_at_hand(self.shell, _AT_HAND)
        layer = _declare(self.shell, body, definition, keywords)
        if not options.no_draw:
            display(qaimagic.draw(layer))  # type: ignore[no-untyped-call]
        print(layer.summary())
        return layer if options.out else None

    @line_magic("quantum")
    @line_magic("%quantum")  # type: ignore[arg-type]
    @no_var_expand
    def not_first(self, _line: str) -> None:
        """Say that `%%quantum` begins its cell; `%%quantum?` shows its manual."""
        __tracebackhide__ = True
        raise must_be_first("quantum")


def _last_definition(body: Body) -> ast.FunctionDef:
    for statement in reversed(body.tree.body):
        if isinstance(statement, ast.FunctionDef):
            return statement
        if isinstance(statement, ast.AsyncFunctionDef):
            raise MagicError(f"Line {statement.lineno}: write `def`, not `async def`.")
    raise MagicError(
        "The cell holds no `def`. Declare the layer as a function: "
        "`def encoder(inputs, theta: (2, 3)):`, with the circuit as its body."
    )


def _declare(
    shell: InteractiveShell, body: Body, definition: ast.FunctionDef, keywords: dict[str, Found]
) -> HybridLayer:
    """Run the body and put the layer in place of its function.

    The summary traces the circuit, so that what is wrong in it shows here and not at its first
    use.
    """
    __tracebackhide__ = True
    name = definition.name
    old = shell.user_ns.get(name)
    with _nothing_lost(shell.user_ns):
        run_body(shell, body, body.compile())
        function = shell.user_ns[name]
        if not isinstance(function, FunctionType):
            raise MagicError(
                f"Line {definition.lineno}: `{name}` is {kind(function)} after its decorators, "
                "but the layer must be a plain function. `%%quantum` makes the QNode itself."
            )
        options = {keyword: found.value for keyword, found in keywords.items()}
        layer: HybridLayer = qaimagic.quantum(**options)(function)
        layer.summary()
    shell.user_ns[name] = layer
    if isinstance(old, qaimagic.HybridLayer):
        old.supersede()
    return layer


@contextmanager
def _nothing_lost(names: dict[str, Any]) -> Iterator[None]:
    """Put every name back as it was if the block fails."""
    __tracebackhide__ = True
    before = dict(names)
    try:
        yield
    except BaseException:
        for name in names.keys() - before.keys():
            del names[name]
        names.update(before)
        raise


def _equivalent(
    cell: str,
    body: Body,
    definition: ast.FunctionDef,
    keywords: dict[str, Found],
    also: str | None,
) -> str:
    lines = cell.rstrip().splitlines()
    first = min([definition.lineno, *(node.lineno for node in definition.decorator_list)])
    call = call_code("@qaimagic.quantum", [], keywords).removesuffix("()")
    at = first - 2
    body_lines = [*lines[:at], call, *lines[at:]]
    imports = imports_of(body.tree, _AT_HAND)
    ending = ["", "", f"{also} = {definition.name}"] if also else []
    return "\n".join([*imports, "", "import qaimagic", "", "", *body_lines, *ending]).lstrip()
