"""How the processes of a local cluster come to be."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing import forkserver

_TEMPLATE = "qaimagic.devices.cluster.template"


def start_method() -> str:
    """Return how workers start, as `multiprocessing` calls it.

    On Linux they are forked from a process that has imported what they need, once for all of them
    and for all clusters of this process; they also share its memory. It ends with this process.
    """
    if sys.platform != "linux":
        return "spawn"
    import dask

    multiprocessing.get_context("forkserver").set_forkserver_preload([_TEMPLATE])
    # Libraries of linear algebra start threads when they are imported, which no fork survives. Dask
    # sets the same for the workers that it spawns.
    for name, value in dask.config.get("distributed.nanny.pre-spawn-environ").items():
        os.environ.setdefault(name, str(value))
    forkserver.ensure_running()
    return "forkserver"
