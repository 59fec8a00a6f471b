"""``%%anneal``: look for the lowest energy that the cell writes; `qaimagic.anneal` does it."""

from __future__ import annotations

import ast
from argparse import Namespace
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

import qaimagic
from qaimagic.magics._at_hand import imports_of, put_at_hand
from qaimagic.magics._call import call_code
from qaimagic.magics._cell import Body, must_be_first, read_body, run_body
from qaimagic.magics._errors import MagicError, presentable
from qaimagic.magics._lookup import Found
from qaimagic.magics._options import add_options, chosen, options_of
from qaimagic.magics._shared import code_and_out, thin
from qaimagic.subroutines.anneal.anneal import anneal

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OPTIONS = options_of(anneal)
_AT_HAND = {
    "np": "import numpy as np",
    "bits": "from qaimagic import bits",
    "spins": "from qaimagic import spins",
}


@magics_class
class AnnealMagics(Magics):
    """``%%anneal``, and ``%anneal`` for those who meant it."""

    shell: InteractiveShell

    @cell_magic
    @thin("%%anneal [--device D] [--reads N] [--seed S] [--budget USD] [--code] [-o NAME]")
    @add_options(_OPTIONS)
    @code_and_out
    def anneal(self, options: Namespace, cell: str) -> Any:
        """Sample low energies on an annealer: the cell's last expression is the energy.

            %%anneal --reads 200 -o answer
            s = spins(G.nodes)
            sum(G[u][v].get("weight", 1) * s[u] * s[v] for u, v in G.edges)

        `spins(...)` are +1 or -1, `bits(...)` are 0 or 1; both take a number, a shape, or labels,
        work as in arithmetic, and may mix. The energy may also be a problem of `qaimagic.problems`,
        a dimod model, or a QUBO as a dict or a matrix. `spins`, `bits` and `np` are at hand.
        `answer.best` is the best state, and `answer.value_of(s)` what `s` is in it.
        `qaimagic.samples(answer, positions=...)` shows the same, with the variables where you want
        them.
        """
        __tracebackhide__ = True
        body = read_body(self.shell, "%%anneal", cell)
        statements, last = body.ending()
        if last is None:
            where = f"Line {statements[-1].lineno}: the" if statements else "The"
            raise MagicError(
                f"{where} cell gives no energy. End it with an expression, such as "
                "`s[0] * s[1] - s[1]`, or with a dimod model, a QUBO dict or a matrix."
            )
        keywords = chosen(_OPTIONS, options, self.shell)
        if options.code:
            print(_as_program(body, statements, last, keywords, options.out))
            options.out = None
            return None
        put_at_hand(self.shell, _AT_HAND)
        energy = self._energy(body, statements, last)
        values = {name: found.value for name, found in keywords.items()}
        try:
            answer = qaimagic.anneal(energy, **values)
        except (TypeError, ValueError) as error:
            if "`energy`" in str(error):
                _retell(error, last.lineno, self.shell)
            raise
        if options.out:
            display(answer)  # type: ignore[no-untyped-call]
        return answer

    @line_magic("anneal")
    @line_magic("%anneal")  # type: ignore[arg-type]
    @no_var_expand
    def not_first(self, _line: str) -> None:
        """Say that `%%anneal` begins its cell; `%%anneal?` shows its manual."""
        __tracebackhide__ = True
        raise must_be_first("anneal")

    def _energy(self, body: Body, statements: list[ast.stmt], last: ast.expr) -> Any:
        """Run the cell and return its last value, its variables named as the cell names them."""
        __tracebackhide__ = True
        from qaimagic.subroutines.energies.variables import families_in

        parts = (ast.Module(statements, []), ast.Expression(last))
        codes = [body.compile_part(part) for part in parts]
        try:
            run_body(self.shell, body, codes[0])
            energy = run_body(self.shell, body, codes[1])
        except (TypeError, ValueError) as error:
            steps = walk_tb(error.__traceback__)
            lines = [line for frame, line in steps if frame.f_code.co_filename == body.filename]
            _retell(error, lines[-1] if lines else None, self.shell)
            raise
        names = [node.id for node in ast.walk(body.tree) if isinstance(node, ast.Name)]
        for name in names:
            for family in families_in(self.shell.user_ns.get(name)):
                family.name = family.name or name
        return energy


def _retell(error: Exception, line: int | None, shell: InteractiveShell) -> None:
    """Raise a message that is ours again, with the line of the cell that it is about."""
    __tracebackhide__ = True
    shown = presentable(error, shell)
    if shown is not error and line is not None:
        raise MagicError(f"Line {line}: {shown}") from error


def _as_program(
    body: Body,
    statements: list[ast.stmt],
    last: ast.expr,
    keywords: dict[str, Found],
    out: str | None,
) -> str:
    """Return the cell as a Python program."""
    call = call_code("qaimagic.anneal", [ast.unparse(last)], keywords)
    code = ast.unparse(ast.Module(statements, [])).splitlines()
    imports = imports_of(body.tree, _AT_HAND)
    ending = f"{out} = {call}" if out else call
    return "\n".join([*imports, "import qaimagic", "", *code, ending])
