"""``%qstate``: look at the state of a layer or QNode; `qaimagic.state` says the same."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_magic, magics_class

import qaimagic
from qaimagic.magics._call import call_code, print_code
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import need, need_data
from qaimagic.magics._options import Option, add_options, chosen
from qaimagic.magics._shared import argument, code_and_out, thin

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OPTIONS = [
    Option("shots", ("int",), "draw so many shots, with Wilson's 95 % intervals"),
    Option("seed", ("int",), "the seed of the shots"),
    Option("wires", ("Sequence[Any]",), "the wires to look at; the others are traced out"),
]


@magics_class
class QStateMagics(Magics):
    """``%qstate``."""

    shell: InteractiveShell

    @line_magic
    @thin("%qstate STATE [INPUTS ...] [--with STATE2] [--shots N] [--seed S] [--wires W ...]")
    @argument(
        "source", nargs="?", metavar="STATE",
        help="a layer, a QNode, amplitudes or a density matrix of the notebook",
    )  # fmt: skip
    @argument("inputs", nargs="*", metavar="INPUTS", help="one sample for its arguments")
    @argument("--with", dest="other", metavar="STATE2", help="compare with it: fidelity")
    @add_options(_OPTIONS)
    @code_and_out
    def qstate(self, options: Namespace) -> Any:
        """Look at a state: Bloch spheres, amplitudes, probabilities, shots, a pair's fidelity.

        Of a circuit it is the state before its measurements. Wire 0 is the first bit.
        """
        if options.source is None:
            raise MagicError("Name what has the state: `%qstate encoder x`.")
        source = need(options.source, self.shell, "a layer, a QNode or a state")
        inputs = [need_data(word, self.shell) for word in options.inputs]
        keywords = chosen(_OPTIONS, options, self.shell)
        if options.other is not None:
            keywords = {"other": need(options.other, self.shell, "the second state"), **keywords}
        if options.code:
            positional = [found.code for found in (source, *inputs)]
            return print_code(call_code("qaimagic.state", positional, keywords), options)
        values = {name: found.value for name, found in keywords.items()}
        return qaimagic.state(source.value, *(found.value for found in inputs), **values)
