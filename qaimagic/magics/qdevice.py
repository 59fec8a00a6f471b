"""``%qdevice``: choose the default device; `qaimagic.devices.set_default` says the same."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

from qaimagic.magics._lookup import Found, find
from qaimagic.magics._shared import argument, thin

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@magics_class
class QDeviceMagics(Magics):
    """``%qdevice``."""

    shell: InteractiveShell

    @line_magic
    @thin("%qdevice [NAME] [--code]")
    @argument("name", nargs="?", metavar="NAME", help="a device's name; `%%qdevices` lists them")
    @argument("--code", action="store_true", help="print the same in Python; nothing is run")
    def qdevice(self, options: Namespace) -> None:
        """Choose the device for all layers that name none; without NAME, tell which it is.

        A device chosen for a run (`%qtrain --device`) wins over the layer's, which wins over
        this default. NAME may also be a PennyLane device of the notebook.
        """
        from qaimagic import devices

        word = options.name
        chosen = None
        if word is not None:
            chosen = find(word, self.shell.user_ns) or Found(word, repr(word))
        if options.code:
            call = f"set_default({chosen.code})" if chosen else "default()"
            print(f"qaimagic.devices.{call}")
            return
        if chosen is not None:
            devices.set_default(chosen.value)
        print(f"Default device: {devices.describe(devices.default())}")
