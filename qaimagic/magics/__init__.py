"""The magics: a thin skin over the public functions, registered by ``%load_ext qaimagic``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Give ``shell`` the magics and their completion; doing it again changes nothing."""
    from qaimagic.magics import _alive, completion
    from qaimagic.magics._cell import with_body
    from qaimagic.magics.anneal import AnnealMagics
    from qaimagic.magics.qcompare import QCompareMagics
    from qaimagic.magics.qdevice import QDeviceMagics
    from qaimagic.magics.qdevices import QDevicesMagics
    from qaimagic.magics.qdraw import QDrawMagics
    from qaimagic.magics.qlandscape import QLandscapeMagics
    from qaimagic.magics.qstate import QStateMagics
    from qaimagic.magics.qtrain import QTrainMagics
    from qaimagic.magics.qtrain_cell import QTrainCellMagics
    from qaimagic.magics.quantum import QuantumMagics

    unregister(shell)
    shell.register_magics(
        QuantumMagics,
        QTrainMagics,
        QTrainCellMagics,
        QDrawMagics,
        QStateMagics,
        QDevicesMagics,
        QDeviceMagics,
        AnnealMagics,
        QCompareMagics,
        QLandscapeMagics,
    )
    shell.input_transformers_cleanup.append(with_body)
    completion.install(shell)
    _alive.install(shell)


def unregister(shell: InteractiveShell) -> None:
    """Take the magics and their completion away from ``shell``."""
    from qaimagic.magics import _alive, completion
    from qaimagic.magics._cell import with_body

    for table in shell.magics_manager.magics.values():
        for name in [name for name, magic in table.items() if _is_ours(magic)]:
            del table[name]
    transformers = shell.input_transformers_cleanup
    transformers[:] = [each for each in transformers if each is not with_body]
    completion.uninstall(shell)
    _alive.uninstall(shell)


def _is_ours(magic: object) -> bool:
    return type(getattr(magic, "__self__", None)).__module__.startswith(f"{__name__}.")
