"""``%%qtrain``: minimise the loss that the cell computes; its options are those of `minimize`."""

from __future__ import annotations

import ast
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

import qaimagic
from qaimagic.magics._call import call_code, print_code, train_with
from qaimagic.magics._cell import Body, must_be_first, read_body
from qaimagic.magics._errors import MagicError
from qaimagic.magics._history import assigned
from qaimagic.magics._lookup import kind, need
from qaimagic.magics._options import add_options, chosen, options_of
from qaimagic.magics._shared import argument, code_and_out, thin
from qaimagic.training.minimize import minimize

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_USAGE = "%%qtrain NAME [NAME ...] [--steps N] [options] [-o NAME]"
_OPTIONS = options_of(minimize)
_LOSS = "loss"


@magics_class
class QTrainCellMagics(Magics):
    """``%%qtrain``."""

    shell: InteractiveShell

    @cell_magic
    @thin(_USAGE)
    @argument("names", nargs="*", metavar="NAME", help="tensors or modules to change, in place")
    @code_and_out
    @add_options(_OPTIONS)
    def qtrain(self, options: Namespace, cell: str) -> Any:
        """Minimise the loss that the cell computes: its last expression, or its `loss = ...`.

            %%qtrain theta --steps 200 -o run
            energy = circuit(theta)
            energy + 0.1 * theta.square().sum()

        The cell is compiled once and runs once a step, over the names of the notebook.
        """
        __tracebackhide__ = True
        if not options.names:
            raise MagicError("Name what to change: `%%qtrain theta --steps 200`.")
        body = read_body(self.shell, "%%qtrain", cell)
        loss = _loss_of(body, self.shell.user_ns)
        over = {word: self._trainable(word) for word in options.names}
        keywords = chosen(_OPTIONS, options, self.shell)
        if options.code:
            print(_as_function(body), end="\n\n\n")
            named = ", ".join(f"{word!r}: {word}" for word in over)
            positional = [_LOSS, f"{{{named}}}"]
            return print_code(call_code("qaimagic.minimize", positional, keywords), options)
        return train_with(qaimagic.minimize, [loss, over], keywords, self.shell, models=over)

    @line_magic("%qtrain")  # type: ignore[arg-type]
    @no_var_expand
    def not_first(self, _line: str) -> None:
        """Say that `%%qtrain` begins its cell; `%%qtrain?` shows its manual."""
        __tracebackhide__ = True
        raise must_be_first("qtrain")

    def _trainable(self, word: str) -> Any:
        from torch import Tensor, nn

        value = need(word, self.shell, "a tensor or a module").value
        if not isinstance(value, Tensor | nn.Module):
            raise MagicError(
                f"`{word}` is {kind(value)}, but what `%%qtrain` changes must be a tensor or a "
                "module. Make a tensor of numbers first: `theta = torch.tensor([0.1, 0.2])`."
            )
        return value


def _loss_of(body: Body, names: dict[str, Any]) -> Callable[[], Any]:
    """Return a function that runs the body once and gives its loss."""
    statements, last = _split(body)
    value = None if last is None else body.compile_part(ast.Expression(last))
    before = body.compile_part(ast.Module(statements, []))
    assigns_loss = _LOSS in assigned(body.tree)

    def loss() -> Any:
        exec(before, names)
        result = None if value is None else eval(value, names)
        return names[_LOSS] if result is None and assigns_loss else result

    return loss


def _split(body: Body) -> tuple[list[ast.stmt], ast.expr | None]:
    """Return the statements, and the expression at their end if there is one.

    Raises:
        MagicError: If the body gives no loss.
    """
    statements, value = body.ending()
    if value is None and _LOSS not in assigned(body.tree):
        where = f"Line {statements[-1].lineno}: the" if statements else "The"
        raise MagicError(
            f"{where} cell gives no loss. End it with an expression, such as `energy(theta)`, "
            "or assign `loss = ...`."
        )
    return statements, value


def _as_function(body: Body) -> str:
    """Return the body as a Python function that returns the loss."""
    statements, last = _split(body)
    ending = [f"return {_LOSS}" if last is None else f"return {ast.unparse(last)}"]
    if last is not None and _LOSS in assigned(body.tree):
        ending = [f"value = {ast.unparse(last)}", f"return {_LOSS} if value is None else value"]
    code = ast.unparse(ast.Module(statements, [])).splitlines()
    return "\n".join([f"def {_LOSS}():", *("    " + line for line in [*code, *ending])])
