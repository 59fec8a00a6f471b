"""The classical head that a quantum one is measured against."""

from __future__ import annotations

import math

from torch import Tensor

from qaimagic.layers.attention.heads import Heads


class DotProductAttention(Heads):
    r"""Attention with scores :math:`q \cdot k / \sqrt{d}` of d numbers a head.

    It is ``nn.MultiheadAttention`` but for one thing: a head may score by another number of
    features than it mixes.

    Args:
        embed_dim: Width of the queries and of the answer.
        num_heads: Number of heads; divides ``embed_dim``.
        width: How many numbers a head scores by.
        options: The rest, as the quantum head has it.
    """

    def _scores(self, queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
        del mask
        return queries @ keys.mT / math.sqrt(self.width)

    def extra_repr(self) -> str:
        """Return the sizes, for torch's printing."""
        return f"{self.num_heads} heads that score by {self.width} numbers"
