"""Clients of clusters, one for each in a process; a local cluster is made where one is meant."""

from __future__ import annotations

import atexit
import logging
import threading
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from qaimagic.devices.cluster.processes import start_method
from qaimagic.engine.machine import cores
from qaimagic.errors import DeviceError, MissingExtraError

_SECONDS = 5
"""How long a scheduler may take to answer."""
_LOOPBACK = "127.0.0.1"
_ANY_PORT = f"{_LOOPBACK}:0"
_WORKER = "qaimagic.devices.cluster.worker"

_lock = threading.RLock()


class _Connection(NamedTuple):
    """A client, and what is closed with it."""

    client: Any
    things: ExitStack


_connections: dict[int | str, _Connection] = {}


def client_of(cluster: int | str) -> Any:
    """Return the client of a cluster, connected on first use and closed when Python ends.

    Args:
        cluster: What `check_cluster` returned.

    Raises:
        MissingExtraError: If Dask's distributed scheduler is not installed.
        DeviceError: If no scheduler answers at the address, or no local cluster can be made.
    """
    which = cores() if cluster == "auto" else cluster
    with _lock:
        known = _connections.get(which)
        if known is not None and known.client.status == "running":
            return known.client
        close(which)
        things = ExitStack()
        try:
            client = _local(which, things) if isinstance(which, int) else _remote(which, things)
        except BaseException:
            things.close()
            raise
        _connections[which] = _Connection(client, things)
        return client


def close(cluster: int | str) -> None:
    """Let go of a cluster; a local one ends. The next use makes it anew."""
    with _lock:
        if connection := _connections.pop(cluster, None):
            connection.things.close()


@atexit.register
def _close_all() -> None:
    for cluster in reversed(list(_connections)):
        close(cluster)


def _local(n_processes: int, things: ExitStack) -> Any:
    distributed = _distributed()
    import dask

    folder = things.enter_context(TemporaryDirectory(prefix="qaimagic-dask-"))
    try:
        settings = {
            "temporary-directory": folder,
            "distributed.worker.multiprocessing-method": start_method(),
        }
        with dask.config.set(settings):
            cluster = distributed.LocalCluster(
                n_workers=n_processes,
                threads_per_worker=1,
                host=_LOOPBACK,
                security=_security(distributed),
                # The scheduler serves its health over HTTP whether there is a dashboard or not.
                dashboard_address=_ANY_PORT,
                scheduler_kwargs={"dashboard": False},
                preload=[_WORKER],
                # Errors in circuits are raised here, and workers that died are replaced.
                silence_logs=logging.CRITICAL,
            )
        things.callback(cluster.close)
        client = distributed.Client(cluster, set_as_default=False)
    except (OSError, RuntimeError) as error:
        raise DeviceError(
            f"A cluster of {n_processes} processes could not be started: {error}. In a script, "
            'put what uses it under `if __name__ == "__main__":`, as for all processes.'
        ) from error
    things.callback(client.close)
    return client


def _remote(address: str, things: ExitStack) -> Any:
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        tls = "its certificates stand in Dask's configuration (`distributed.comm.tls`)"
        word = tls if address.startswith("tls") else "it speaks `tcp://` and not `tls://`"
        raise DeviceError(
            f"No Dask scheduler answers at `{address}`. Check that it runs, that host and port "
            f"are right, that no firewall is between, and that {word}."
        ) from error
    things.callback(client.close)
    return client


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise MissingExtraError("A cluster", "dask") from error
    return distributed


def _security(distributed: Any) -> Any:
    """Return certificates for this cluster alone.

    Raises:
        MissingExtraError: If `cryptography`, which makes them, is not installed.
    """
    try:
        return distributed.Security.temporary()
    except ImportError as error:
        raise MissingExtraError("An encrypted cluster", "dask") from error
