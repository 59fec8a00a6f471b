"""How many samples of a batch run at a time: as many as memory holds, or a refusal with numbers."""

from __future__ import annotations

from qaimagic.engine import machine
from qaimagic.errors import MemoryNeedError

# Below this a look at the machine costs more than it can save.
_SMALL = 64 * 2**20
# Of all memory rather than of what is free now: chunks that stay the same keep the order of sums.
_SHARE_OF_ALL = 0.25
_SHARE_OF_FREE = 0.5
_LAST_RESORT = 0.9


def state_bytes(n_wires: int, itemsize: int) -> int:
    """Return the bytes of one state: two real numbers of ``itemsize`` bytes an amplitude."""
    return itemsize << (n_wires + 1)


def is_small(n_wires: int, batch: int, itemsize: int, *, states: int) -> bool:
    """Return whether a batch needs so little that nobody has to look at the machine's memory."""
    return batch * states * state_bytes(n_wires, itemsize) <= _SMALL


def rows_at_once(n_wires: int, batch: int, itemsize: int, *, states: int, lanes: int = 1) -> int:
    """Return how many samples run at a time, such that their states fit into memory.

    The answer changes with what is free only where memory is short: a run's numbers are then
    the same from one run to the next on a machine.

    Args:
        n_wires: The number of wires n; a state has 2**n amplitudes.
        batch: The number of samples.
        itemsize: The bytes of a real number: 4 or 8.
        states: How many states a sample needs at the same time.
        lanes: A number that the answer is a multiple of, where it is less than ``batch``
            and memory allows.

    Raises:
        MemoryNeedError: If not even one sample fits.

    Example:
        >>> rows_at_once(8, 64, 4, states=2)
        64
    """
    if is_small(n_wires, batch, itemsize, states=states):
        return batch
    need = states * state_bytes(n_wires, itemsize)
    free = free_for(n_wires, need, doubles=itemsize == 8)
    rows = min(batch, max(1, int(_SHARE_OF_ALL * machine.total_memory()) // need))
    while rows > 1 and rows * need > _SHARE_OF_FREE * free:
        rows //= 2
    return rows if rows == batch or rows < lanes else rows - rows % lanes


def free_for(n_wires: int, need: int, *, doubles: bool) -> int:
    """Return the bytes of memory that are free, where one sample of a circuit fits into them.

    Args:
        n_wires: The circuit's number of wires.
        need: The bytes that the sample needs.
        doubles: Whether it could need half in single precision.

    Raises:
        MemoryNeedError: If it does not fit.
    """
    free = machine.free_memory()
    if need > _LAST_RESORT * free:
        raise MemoryNeedError(n_wires, need, free, doubles=doubles)
    return free
