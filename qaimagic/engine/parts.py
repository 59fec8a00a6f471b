"""Functions that are compiled as parts of kernels, and nothing else."""

from __future__ import annotations

from typing import Any

from numba.core.registry import CPUDispatcher
from numba.core.types.misc import unliteral


class Part(CPUDispatcher):  # type: ignore[misc]
    """A function that compiled functions call; it has no entry from Python."""

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return what a call means to numba: a literal is an argument like any other."""
        plain = {name: unliteral(type_) for name, type_ in kws.items()}
        return super().get_call_template(tuple(map(unliteral, args)), plain)

    def __call__(self, *_args: Any, **_kws: Any) -> Any:
        """Refuse: numba would jump to an entry that is not there, and end the process."""
        raise TypeError(f"{self.__name__} is a part of compiled functions: only they can call it")
