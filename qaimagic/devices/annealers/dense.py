"""Dense linear algebra on one thread.

Threads of a matrix product wait for each other in busy loops: where something else uses a core,
such as a browser, they take many times as long as one. And with one, sums and thus samples are the
same on machines of few and of many cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from qaimagic.devices.annealers.spectrum import Floats


@contextmanager
def one_thread() -> Iterator[None]:
    """Within the context, let torch use one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def eigenpairs(matrix: Floats) -> tuple[Floats, Floats]:
    """Return the eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns.

    Example:
        >>> import numpy as np
        >>> eigenpairs(np.array([[0.0, 1.0], [1.0, 0.0]]))[0].round(6).tolist()
        [-1.0, 1.0]
    """
    with one_thread():
        values, vectors = torch.linalg.eigh(torch.from_numpy(matrix))
    return values.numpy(), vectors.numpy()
