"""Streams of random numbers that belong to a run, apart from torch's global generator."""

from __future__ import annotations

import hashlib
from types import TracebackType

import torch
from torch import Tensor


def derive(seed: int, *words: object) -> int:
    """Return a seed below 2**63 that follows from ``seed`` and ``words`` alone."""
    text = "/".join(str(word) for word in (seed, *words))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class Stream:
    """Within ``with stream:``, torch draws from this stream; outside, from where it was.

    The generators of the CPU and, for a model on a GPU, of that GPU are swapped. Those of NumPy
    and Python are left alone.

    Args:
        seed: Where the stream starts.
        device: The torch device of the model.

    Example:
        >>> import torch
        >>> stream = Stream(1)
        >>> with stream:
        ...     first = torch.rand(1)
        >>> with Stream(1):
        ...     again = torch.rand(1)
        >>> bool(first == again)
        True
    """

    def __init__(self, seed: int, device: torch.device | None = None) -> None:
        self._gpu = device if device is not None and device.type == "cuda" else None
        self._outer: list[Tensor] = []
        outer = self._read()
        torch.default_generator.manual_seed(seed)
        if self._gpu is not None:
            with torch.cuda.device(self._gpu):
                torch.cuda.manual_seed(seed)
        self._inner = self._read()
        self._write(outer)

    def state(self) -> list[Tensor]:
        """Return where the stream stands."""
        return [state.clone() for state in self._inner]

    def load(self, state: list[Tensor]) -> None:
        """Go on from where ``state`` stood; a GPU's generator is kept if it holds none."""
        self._inner = [state[i] if i < len(state) else s for i, s in enumerate(self._inner)]

    def __enter__(self) -> None:
        self._outer = self._read()
        self._write(self._inner)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inner = self._read()
        self._write(self._outer)

    def _read(self) -> list[Tensor]:
        states = [torch.get_rng_state()]
        if self._gpu is not None:
            states.append(torch.cuda.get_rng_state(self._gpu))
        return states

    def _write(self, states: list[Tensor]) -> None:
        torch.set_rng_state(states[0])
        if self._gpu is not None and len(states) > 1:
            torch.cuda.set_rng_state(states[1], self._gpu)
