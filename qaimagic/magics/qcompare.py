"""``%qcompare``: train over models, devices and seeds; its options are those of `compare`."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_magic, magics_class

import qaimagic
from qaimagic.magics._call import call_code, print_code, train_with
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, kind, need
from qaimagic.magics._options import add_options, chosen, options_of
from qaimagic.magics._shared import argument, code_and_out, thin
from qaimagic.magics._words import unquote
from qaimagic.training.compare import compare

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OPTIONS = options_of(compare, data=("data", "val", "test"), skip=("sweep",))
_USAGE = "%qcompare MODEL [MODEL2 ...] --data X y [--devices A B] [--seeds N] [options] [-o NAME]"


@magics_class
class QCompareMagics(Magics):
    """``%qcompare``."""

    shell: InteractiveShell

    @line_magic
    @thin(_USAGE)
    @argument("models", nargs="*", metavar="MODEL", help="models, or functions that return one")
    @argument(
        "--sweep",
        nargs="+",
        metavar="OPTION=V1,V2",
        help="train for each of these values of an option: `lr=0.1,0.01`, `opt=Adam,SGD`",
    )
    @code_and_out
    @add_options(_OPTIONS)
    def qcompare(self, options: Namespace) -> Any:
        """Train each model on each device, with fresh weights for each seed, side by side.

            %qcompare model --data X y --devices qaimagic.qubit default.mixed --seeds 3 -o table
            %qcompare model --data X y --baselines --sweep lr=0.1,0.01

        The models themselves are left as they are. The square button of the toolbar (interrupt)
        ends the comparison at the next step and returns what was finished. `--cluster 2` shares
        the runs among two processes.
        """
        __tracebackhide__ = True
        models = self._models(options)
        keywords = chosen(_OPTIONS, options, self.shell)
        if options.sweep:
            keywords["sweep"] = self._sweep(options.sweep)
        listing = ", ".join(f"{name!r}: {model.code}" for name, model in models.items())
        if options.code:
            data = keywords.pop("data", None)
            positional = [f"{{{listing}}}", *([] if data is None else [data.code])]
            return print_code(call_code("qaimagic.compare", positional, keywords), options)
        named = {name: model.value for name, model in models.items()}
        return train_with(qaimagic.compare, [named], keywords, self.shell, models=models)

    def _models(self, options: Namespace) -> dict[str, Found]:
        if not options.models:
            raise MagicError("Name the models to compare: `%qcompare model --data X y`.")
        models: dict[str, Found] = {}
        for word in options.models:
            if word in models:
                raise MagicError(f"`{word}` is there twice: name each model once.")
            models[word] = need(word, self.shell, "a model")
            if not callable(models[word].value):
                raise MagicError(
                    f"`{word}` is {kind(models[word].value)}, but a model, or a function that "
                    "returns one, was meant. Data goes behind `--data`."
                )
        return models

    def _sweep(self, words: list[str]) -> Found:
        sweep: dict[str, list[Any]] = {}
        codes = []
        for word in words:
            name, is_given, values = word.partition("=")
            if not is_given or not values:
                raise MagicError(f"`{word}` sweeps nothing. Write `--sweep lr=0.1,0.01`.")
            name = name.replace("-", "_")
            found = [self._value(name, value) for value in values.split(",")]
            if name in sweep:
                raise MagicError(f"`{name}` is swept twice: `--sweep {name}=0.1,0.01` once.")
            sweep[name] = [each.value for each in found]
            codes.append(f"{name!r}: [{', '.join(each.code for each in found)}]")
        return Found(sweep, f"{{{', '.join(codes)}}}")

    def _value(self, name: str, word: str) -> Found:
        if not word:
            raise MagicError(
                f"`{name}` lacks a value. Write values with commas and without spaces: "
                "`--sweep lr=0.1,0.01`."
            )
        option = next((option for option in _OPTIONS if option.name == name), None)
        if option is None or "str" in option.types:
            name = unquote(word) or word
            return Found(name, repr(name))
        return option.value(word, self.shell)
