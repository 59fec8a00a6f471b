"""``%qdraw``: draw a layer or a QNode; `qaimagic.draw` says the same."""

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
    Option("format", ("str",), "`svg` (the default), `text`, or `mpl` for matplotlib"),
    Option("decompose", ("bool",), "take templates apart into gates"),
    Option("max_width", ("int",), "width in pixels at which a circuit wraps; 900 by default"),
    Option("interactive", ("bool",), "look into it: sliders, gates, and the states between them"),
]


@magics_class
class QDrawMagics(Magics):
    """``%qdraw``."""

    shell: InteractiveShell

    @line_magic
    @thin(
        "%qdraw LAYER [INPUTS ...] [--interactive] [--format svg|text|mpl] [--decompose] "
        "[--max-width N]"
    )
    @argument("circuit", nargs="?", metavar="LAYER", help="a layer or a QNode of the notebook")
    @argument(
        "inputs", nargs="*", metavar="INPUTS", help="values for its arguments, if it needs any"
    )
    @add_options(_OPTIONS)
    @code_and_out
    def qdraw(self, options: Namespace) -> Any:
        """Draw the circuit of a layer or of any QNode."""
        if options.circuit is None:
            raise MagicError("Name the circuit to draw: `%qdraw encoder`.")
        circuit = need(options.circuit, self.shell, "a layer or QNode")
        inputs = [need_data(word, self.shell) for word in options.inputs]
        keywords = chosen(_OPTIONS, options, self.shell)
        if options.code:
            positional = [found.code for found in (circuit, *inputs)]
            return print_code(call_code("qaimagic.draw", positional, keywords), options)
        values = {name: found.value for name, found in keywords.items()}
        return qaimagic.draw(circuit.value, *(found.value for found in inputs), **values)
