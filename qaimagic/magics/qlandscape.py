"""``%qlandscape``: a loss over two weights; its options are those of `qaimagic.landscape`."""

from __future__ import annotations

import re
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_magic, magics_class

import qaimagic
from qaimagic.explore.landscape.landscape import landscape
from qaimagic.magics._call import call_code, print_code, train_with
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, kind, need, need_data
from qaimagic.magics._options import add_options, chosen, options_of
from qaimagic.magics._shared import argument, code_and_out, thin

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OPTIONS = options_of(
    landscape, data=("data",), skip=("over", "random", "inputs", "weights", "path")
)
_USAGE = "%qlandscape LAYER|MODEL|LOSS [--over W1 W2 | --random] [--data X y] [options] [-o NAME]"
_ROOT = re.compile(r"[^\W\d]\w*")


@magics_class
class QLandscapeMagics(Magics):
    """``%qlandscape``."""

    shell: InteractiveShell

    @line_magic
    @thin(_USAGE)
    @argument("what", nargs="?", metavar="WHAT", help="a layer, a model, or a function: its loss")
    @argument("--over", nargs="+", metavar="WEIGHT", help="two weights: `theta[0,0] theta[1,2]`")
    @argument(
        "--random",
        action="store_true",
        help="two random directions through all weights, each filter as long as they are",
    )
    @argument("--inputs", nargs="+", metavar="X", help="what a layer's one answer is seen for")
    @argument("--path", metavar="RUN", help="a run, or a `WeightPath` that listened to one")
    @argument("--weights", nargs="+", metavar="NAME", help="what a function reads, with `--random`")
    @code_and_out
    @add_options(_OPTIONS)
    def qlandscape(self, options: Namespace) -> Any:
        """Compute a loss over two of its weights, and show it as a heat map.

            %qlandscape energy --over theta[0] theta[1]
            %qlandscape model --data X y --random --path path

        The weights stay as they are. The square button of the toolbar (interrupt) ends it at
        the next batch and keeps the finest grid that is complete.
        """
        __tracebackhide__ = True
        if options.what is None:
            raise MagicError("Name what to look at: `%qlandscape model --over theta[0] theta[1]`.")
        what = need(options.what, self.shell, "a layer, a model or a function")
        keywords = self._named(options, what) | chosen(_OPTIONS, options, self.shell)
        if options.code:
            data = keywords.pop("data", None)
            positional = [what.code] if data is None else [what.code, data.code]
            return print_code(call_code("qaimagic.landscape", positional, keywords), options)
        return train_with(
            qaimagic.landscape, [what.value], keywords, self.shell, models=[what.code]
        )

    def _named(self, options: Namespace, what: Found) -> dict[str, Found]:
        """Return the keywords that are names of weights or of the notebook."""
        named: dict[str, Found] = {}
        if options.over:
            named["over"] = Found(options.over, repr(options.over))
        if options.random:
            named["random"] = Found(True, "True")
        if options.inputs:
            parts = [need_data(word, self.shell) for word in options.inputs]
            code = f"({', '.join(part.code for part in parts)},)"
            named["inputs"] = Found(tuple(part.value for part in parts), code)
        if options.path:
            named["path"] = need(options.path, self.shell, "a run")
        words = options.weights or ([] if _is_module(what.value) else _roots(options.over or []))
        if words:
            parts = [self._trainable(word) for word in words]
            code = ", ".join(f"{part.code!r}: {part.code}" for part in parts)
            named["weights"] = Found({part.code: part.value for part in parts}, f"{{{code}}}")
        return named

    def _trainable(self, word: str) -> Found:
        from torch import Tensor

        found = need(word, self.shell, "a tensor or a module")
        if not (isinstance(found.value, Tensor) or _is_module(found.value)):
            raise MagicError(
                f"`{word}` is {kind(found.value)}, but what a function reads must be a tensor or "
                "a module."
            )
        return found


def _roots(names: list[str]) -> list[str]:
    """Return the names of the notebook that names of weights begin with, each once."""
    found = (_ROOT.match(name) for name in names)
    return list(dict.fromkeys(root[0] for root in found if root is not None))


def _is_module(value: object) -> bool:
    from torch import nn

    return isinstance(value, nn.Module)
