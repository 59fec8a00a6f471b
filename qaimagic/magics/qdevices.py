"""``%qdevices``: list the devices; `qaimagic.devices.available` says the same."""

from __future__ import annotations

from argparse import Namespace
from textwrap import fill
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

from qaimagic.magics._call import print_code
from qaimagic.magics._shared import argument, code_and_out, thin

if TYPE_CHECKING:
    from qaimagic.devices import DeviceInfo

_HEADINGS = ("device", "kind", "good for", "wires", "gradients", "shots", "one circuit", "from")
_NUMBERS = ("wires", "one circuit")


class DeviceTable(list["DeviceInfo"]):
    """The devices as a list that shows itself as a table.

    Attributes:
        is_timed: Whether to measure the time of one circuit on each.
    """

    is_timed = True

    def __repr__(self) -> str:
        rows = self._rows()
        indent = 2 + max(len(row[0]) for row in rows)
        return "\n".join(
            _paragraph(info, row, indent) for info, row in zip(self, rows, strict=True)
        )

    def _repr_html_(self) -> str:
        from qaimagic.training.record.columns import Column, columns_html

        cells = zip(*self._rows(), strict=True)
        columns = [
            Column(title, column, title in _NUMBERS)
            for title, column in zip(_HEADINGS, cells, strict=True)
        ]
        return columns_html(columns, "Devices")

    def _rows(self) -> list[tuple[str, ...]]:
        return [_row(info, is_timed=self.is_timed) for info in self]


@magics_class
class QDevicesMagics(Magics):
    """``%qdevices``."""

    @line_magic
    @thin("%qdevices [FAMILY] [-o NAME]")
    @argument("family", nargs="?", metavar="FAMILY", help="list all machines of `ibm` or `google`")
    @code_and_out
    def qdevices(self, options: Namespace) -> DeviceTable | None:
        """List the devices that are here, what each can do, and how long one circuit takes.

        `%qdevice NAME` chooses the default among them; `*` marks it. Gradient methods are those
        without shots. The circuit has four wires and two entangling layers, and runs without
        shots; nothing is sent to hardware. One machine of each family stands for all of them.
        """
        from qaimagic import devices

        if options.code:
            given = "" if options.family is None else repr(options.family)
            print_code(f"qaimagic.devices.available({given})", options)
            return None
        found = DeviceTable(devices.available(options.family))
        found.is_timed = options.family is None
        if options.family is None:
            for name, profile in devices.saved().items():
                shots = "" if profile.shots is None else f", {profile.shots} shots"
                print(f"Saved profile `{name}`: {profile.name}{shots}")
            for family, count in devices.families().items():
                if count > 1:
                    print(f"`%qdevices {family}` lists all {count} machines of its family.")
        return found


def _paragraph(info: DeviceInfo, row: tuple[str, ...], indent: int) -> str:
    name, kind, about, wires, gradients, shots, seconds, package = row
    text = about
    if info.ready:
        size = f"; {wires} wires" if wires else ""
        timed = f"; {seconds} a circuit" if seconds else ""
        runs = f"; gradients: {gradients}; shots: {shots}{timed}" if gradients else ""
        text = f"{kind}: {about}{size}{runs}; {package}"
    return fill(name.ljust(indent) + text, width=100, subsequent_indent=" " * indent)


def _row(info: DeviceInfo, *, is_timed: bool) -> tuple[str, ...]:
    from qaimagic import devices

    mark = "*" if devices.describe(devices.default()) == info.name else ""
    about = info.description if info.ready else f"not ready: {info.missing}"
    shots = "yes" if info.supports_shots else "no" if info.diff_methods else ""
    wires = "" if info.n_wires is None else str(info.n_wires)
    methods = ", ".join(info.diff_methods)
    taken = devices.seconds(info.name) if is_timed else None
    timed = "" if taken is None else _milliseconds(taken)
    return info.name + mark, info.kind, about, wires, methods, shots, timed, info.package


def _milliseconds(seconds: float) -> str:
    """Write a time to two digits, as in ``3.6 ms`` and ``280 ms``."""
    return f"{float(f'{1000 * seconds:.2g}'):g} ms"
