"""What `cluster` may be: a number of processes, ``"auto"``, or a scheduler's address."""

from __future__ import annotations

import re

from qaimagic._checks import check_int, requirement

_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:]+\]|[^\s/:\[\]]+):(\d{1,5})")
_RULE = 'be a number of processes, "auto", or a scheduler\'s address'


def check_cluster(cluster: object) -> int | str:
    """Return what was asked for, if it can be meant.

    Args:
        cluster: The value of an argument of that name.

    Raises:
        TypeError: If it is neither a whole number nor text.
        ValueError: If the number is below 1, or the text is neither ``"auto"`` nor an address.

    Example:
        >>> check_cluster("tcp://10.0.0.5:8786")
        'tcp://10.0.0.5:8786'
    """
    if not isinstance(cluster, str):
        try:
            return check_int("cluster", cluster, minimum=1)
        except TypeError as error:
            raise TypeError(requirement("cluster", _RULE, f"it is {cluster!r}")) from error
    found = _ADDRESS.fullmatch(cluster)
    if cluster != "auto" and (found is None or not 0 < int(found[3]) < 2**16):
        fix = "An address looks like `tcp://10.0.0.5:8786`, or `tls://` where it is encrypted."
        raise ValueError(requirement("cluster", _RULE, f"it is `{cluster}`", fix))
    return cluster


def describe_cluster(cluster: int | str) -> str:
    """Return how to speak of a cluster: ``"on 2 processes"``."""
    if cluster == "auto":
        return "on all cores"
    if isinstance(cluster, int):
        return f"on {cluster} process{'es' if cluster > 1 else ''}"
    return f"on {cluster}"
