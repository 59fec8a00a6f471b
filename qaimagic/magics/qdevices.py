"""``%qdevices``: list the installed devices; `qaimagic.devices.available` says the same."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

from qaimagic.magics._call import print_code
from qaimagic.magics._shared import code_and_out, thin

if TYPE_CHECKING:
    from qaimagic.devices import DeviceInfo

_HEADINGS = ("device", "good for", "gradients", "shots", "from")


class DeviceTable(list["DeviceInfo"]):
    """The devices as a list that shows itself as a table."""

    def __repr__(self) -> str:
        indent = 2 + max(len(_row(info)[0]) for info in self)
        return "\n".join(map(partial(_paragraph, indent=indent), self))

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{heading}</th>' for heading in _HEADINGS)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _row(info))}</tr>"
            for info in self
        )
        return (
            "<table><caption>Devices</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


@magics_class
class QDevicesMagics(Magics):
    """``%qdevices``."""

    @line_magic
    @thin("%qdevices [-o NAME]")
    @code_and_out
    def qdevices(self, options: Namespace) -> DeviceTable | None:
        """List the devices installed through PennyLane, and what each can do.

        `%qdevice NAME` chooses the default among them; `*` marks it. Gradient methods are
        those without shots.
        """
        from qaimagic import devices

        if options.code:
            print_code("qaimagic.devices.available()", options)
            return None
        for name, profile in devices.saved().items():
            shots = "" if profile.shots is None else f", {profile.shots} shots"
            print(f"Saved profile `{name}`: {profile.name}{shots}")
        return DeviceTable(devices.available())


def _paragraph(info: DeviceInfo, *, indent: int) -> str:
    name, about, gradients, shots, package = _row(info)
    text = (
        about if not info.ready else f"{about}; gradients: {gradients}; shots: {shots}; {package}"
    )
    return fill(name.ljust(indent) + text, width=100, subsequent_indent=" " * indent)


def _row(info: DeviceInfo) -> tuple[str, str, str, str, str]:
    from qaimagic import devices

    mark = "*" if devices.describe(devices.default()) == info.name else ""
    about = info.description if info.ready else f"not ready: {info.missing}"
    shots = "yes" if info.supports_shots else "no"
    return info.name + mark, about, ", ".join(info.diff_methods), shots, info.package
