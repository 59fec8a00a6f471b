"""``%qtrain``: train a model; its options are those of `qaimagic.train`."""

from __future__ import annotations

import inspect
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_magic, magics_class

import qaimagic
from qaimagic.magics._call import call_code, print_code, train_with
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, find, kind, need
from qaimagic.magics._options import add_options, chosen, options_of
from qaimagic.magics._shared import argument, code_and_out, thin
from qaimagic.training.forecast import forecast
from qaimagic.training.train import train

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OPTIONS = options_of(train, data=("data", "val", "test"))
_FORECAST = inspect.signature(forecast).parameters


@magics_class
class QTrainMagics(Magics):
    """``%qtrain``."""

    shell: InteractiveShell

    @line_magic
    @thin("%qtrain MODEL [--data X y] [--epochs N] [--forecast] [options] [--code] [-o NAME]")
    @argument("model", nargs="?", metavar="MODEL", help="a model of the notebook")
    @argument(
        "--forecast",
        action="store_true",
        help="tell circuits, time, money and energy by each gradient method; nothing is trained",
    )
    @code_and_out
    @add_options(_OPTIONS)
    def qtrain(self, options: Namespace) -> Any:
        """Train a model in place, show how it goes, and return the record of the run.

            %qtrain model --data X y --epochs 10 --baseline auto -o run
            %qtrain energy --steps 200
            %qtrain model --data X y --device ibm:FakeTorino --shots 1000 --forecast

        Running it again continues. The square button of the toolbar (interrupt) ends the run at
        the next step and keeps everything learnt. Values of options are literals, names of the
        notebook (`data.X` too), or names that torch or the catalogue of devices knows.
        """
        __tracebackhide__ = True
        model = self._model(options)
        keywords = chosen(_OPTIONS, options, self.shell)
        function: Callable[..., Any] = qaimagic.train
        if options.forecast:
            function = qaimagic.forecast
            keywords = {name: word for name, word in keywords.items() if name in _FORECAST}
        if options.code:
            data = keywords.pop("data", None)
            positional = [model.code] if data is None else [model.code, data.code]
            name = f"qaimagic.{function.__name__}"
            return print_code(call_code(name, positional, keywords), options)
        return train_with(function, [model.value], keywords, self.shell, models=[model.code])

    def _model(self, options: Namespace) -> Found:
        if options.model is None and options.data and len(options.data) > 1:
            last = find(options.data[-1], self.shell.user_ns)
            if last is not None and _is_module(last.value):
                options.model = options.data.pop()
        if options.model is None:
            raise MagicError("Name the model to train: `%qtrain model --data X y`.")
        model = need(options.model, self.shell, "the model")
        if not _is_module(model.value):
            raise MagicError(
                f"`{options.model}` is {kind(model.value)}, but the model to train must be a "
                "layer or a torch module. Data goes behind `--data`."
            )
        return model


def _is_module(value: object) -> bool:
    from torch import nn

    return isinstance(value, nn.Module)
