"""``%qdevice``: choose the default device, or make a profile; `qaimagic.devices` does both."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

from qaimagic.devices.profiles import get
from qaimagic.magics._call import call_code, print_code
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, find
from qaimagic.magics._options import add_options, chosen, options_of
from qaimagic.magics._shared import argument, code_and_out, thin

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from qaimagic.devices import Profile

_OPTIONS = options_of(get)


@magics_class
class QDeviceMagics(Magics):
    """``%qdevice``."""

    shell: InteractiveShell

    @line_magic
    @thin(
        "%qdevice [NAME] [--shots N] [--depolarizing P] [--damping P] [--readout P] "
        "[--mitigate M] [--cluster C] [--save LAB]"
    )
    @argument("name", nargs="?", metavar="NAME", help="a device's name; `%%qdevices` lists them")
    @add_options(_OPTIONS)
    @argument("--save", metavar="LAB", help="keep the profile under this name for all notebooks")
    @code_and_out
    def qdevice(self, options: Namespace) -> Profile | None:
        """Choose the default device, or make a device with shots and noise of your own.

        `%qdevice NAME` chooses the device for all layers that name none; a device chosen for a
        run (`%qtrain --device`) wins over the layer's, which wins over this default. Without
        NAME it tells which it is. NAME may also be a device of the notebook.

        `lab = %qdevice NAME --shots 2000 --depolarizing 0.01` makes a profile and chooses
        nothing: an ordinary object for `--device lab` and every `device=`. `--save lab` keeps
        it in your folder for settings, so that `--device lab` means it in every notebook.

        `lab = %qdevice ibm:FakeTorino --mitigate readout+zne` takes errors out of its answers: of
        reading the wires (`readout`, two circuits more) and of gates (`zne`, twice the circuits).
        """
        keywords = chosen(_OPTIONS, options, self.shell)
        if keywords or options.out or options.save:
            return self._profile(options, keywords)
        self._choose(options)
        return None

    def _profile(self, options: Namespace, keywords: dict[str, Found]) -> Profile | None:
        from qaimagic import devices

        if options.name is None:
            raise MagicError("Name the device: `lab = %qdevice qaimagic.qubit --shots 2000`.")
        base = self.shell.user_ns.get(options.name) or devices.saved().get(options.name)
        if isinstance(base, devices.Profile):
            fix = f"Begin with its device: `%qdevice {base.device} ...`."
            raise MagicError(f"`{options.name}` is a profile already. {fix}")
        if options.code:
            code = call_code("qaimagic.devices.get", [repr(options.name)], keywords)
            if options.save:
                name = options.out = options.out or options.save
                print_code(code, options)
                code = f"qaimagic.devices.save({options.save!r}, {name})"
            print_code(code, options)
            return None
        values = {name: found.value for name, found in keywords.items()}
        profile = devices.get(options.name, **values)
        if options.save:
            print(f"Saved as `{options.save}` in {devices.save(options.save, profile)}.")
        return profile

    def _choose(self, options: Namespace) -> None:
        from qaimagic import devices

        word = options.name
        found = None
        if word is not None:
            found = find(word, self.shell.user_ns) or Found(word, repr(word))
        if options.code:
            call = f"set_default({found.code})" if found else "default()"
            print(f"qaimagic.devices.{call}")
            return
        if found is not None:
            devices.set_default(found.value)
        now = devices.default()
        shots = now.shots if isinstance(now, devices.Profile) else None
        drawn = "" if shots is None else f", {shots} shots"
        print(f"Default device: {devices.describe(now)}{drawn}")
