"""Attention of several heads but for its scores: projections, masks, shapes, as torch has them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from qaimagic._checks import check_int, check_number, requirement
from qaimagic.layers.attention.masks import check_tensor, merged


class Options(NamedTuple):
    """What attention takes as ``nn.MultiheadAttention`` does.

    Attributes:
        dropout: Chance that a weight is left out in training.
        bias: Whether projections have a bias.
        kdim: Width of the keys; that of the queries if not given.
        vdim: Width of the values; that of the queries if not given.
        batch_first: Whether the batch comes before the tokens.
    """

    dropout: float = 0.0
    bias: bool = True
    kdim: int | None = None
    vdim: int | None = None
    batch_first: bool = False


class Heads(nn.Module, ABC):
    """What attention does apart from its scores; called as ``nn.MultiheadAttention`` is.

    Args:
        embed_dim: Width of the queries and of the answer.
        num_heads: Number of heads; divides ``embed_dim``.
        width: How many numbers a head scores a query and a key by.
        options: The rest.

    Raises:
        TypeError: If a size is no whole number.
        ValueError: If a number is out of bounds.
    """

    in_proj_bias = None
    _qkv_same_embed_dim = False
    """With the line above, torch's encoder layers see that there is a forward to call."""

    def __init__(self, embed_dim: int, num_heads: int, width: int, options: Options) -> None:
        super().__init__()
        self.embed_dim = check_int("embed_dim", embed_dim, minimum=1)
        self.num_heads = check_int("num_heads", num_heads, minimum=1)
        if self.embed_dim % self.num_heads:
            rule, received = f"divide `embed_dim` {self.embed_dim}", f"it is {self.num_heads}"
            raise ValueError(requirement("num_heads", rule, received))
        dropout, bias, kdim, vdim, self.batch_first = self.options = options
        self.kdim = self.embed_dim if kdim is None else check_int("kdim", kdim, minimum=1)
        self.vdim = self.embed_dim if vdim is None else check_int("vdim", vdim, minimum=1)
        self.dropout = check_number("dropout", dropout, minimum=0)
        if self.dropout > 1:
            rule = "be between 0 and 1"
            raise ValueError(requirement("dropout", rule, f"it is {self.dropout:g}"))
        self.width = width
        self.q_proj = nn.Linear(self.embed_dim, self.num_heads * width, bias=bias)
        self.k_proj = nn.Linear(self.kdim, self.num_heads * width, bias=bias)
        self.v_proj = nn.Linear(self.vdim, self.embed_dim, bias=bias)
        self.out_proj = nn.Linear(self.embed_dim, self.embed_dim, bias=bias)

    def reset_parameters(self) -> None:
        """Draw the projections anew."""
        for projection in (self.q_proj, self.k_proj, self.v_proj, self.out_proj):
            projection.reset_parameters()

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return what each query attends to, and how much; to nothing where all is masked.

        Shapes are those of ``batch_first=True``; without it (L, N, ...) comes instead of (N, L,
        ...), and a single sequence has no N.

        Args:
            query: Shape (N, L, embed_dim).
            key: Shape (N, S, kdim).
            value: Shape (N, S, vdim).
            key_padding_mask: Shape (N, S): True leaves a key out, numbers are added to scores.
            need_weights: Whether to return the weights.
            attn_mask: Shape (L, S) or (N * num_heads, L, S), alike.
            average_attn_weights: Whether the weights are averaged over the heads.
            is_causal: Whether queries attend to no later key. With an ``attn_mask`` that is taken
                for said by it, as in torch; without one the mask is made.

        Returns:
            The answer, of the shape of ``query``, and weights of shape (N, L, S), or
            (N, num_heads, L, S) where they are not averaged, or None.

        Raises:
            TypeError: If an argument is no tensor, or a mask holds neither booleans nor
                floating-point numbers.
            ValueError: If shapes do not fit.
        """
        q, k, v = self._in_batch(query=query, key=key, value=value)
        is_single = query.dim() == 2
        if v.shape[1] != k.shape[1]:
            rule, received = f"have the {k.shape[1]} tokens of `key`", f"it has {v.shape[1]}"
            raise ValueError(requirement("value", rule, received))
        if is_single and key_padding_mask is not None:
            check_tensor("key_padding_mask", key_padding_mask)
            key_padding_mask = key_padding_mask[None]
        sizes = (q.shape[0], self.num_heads, q.shape[1], k.shape[1])
        mask = merged(attn_mask, key_padding_mask, sizes, q, is_causal=is_causal)
        scores = self._scores(self._split(self.q_proj(q)), self._split(self.k_proj(k)), mask)
        weights = _softmax(scores, mask)
        weights = nn.functional.dropout(weights, self.dropout, self.training)
        mixed = weights @ self._split(self.v_proj(v))
        answer = self.out_proj(mixed.transpose(1, 2).flatten(2))
        seen = None
        if need_weights:
            seen = weights.mean(dim=1) if average_attn_weights else weights
        if is_single:
            return answer[0], None if seen is None else seen[0]
        return answer if self.batch_first else answer.transpose(0, 1), seen

    def scores(self, query: Tensor, key: Tensor) -> Tensor:
        """Return what the softmax is taken of, before masks.

        Args:
            query: Shape (N, L, embed_dim), or as ``forward`` takes it.
            key: Shape (N, S, kdim), alike.

        Returns:
            A tensor of shape (N, num_heads, L, S), of a single sequence (num_heads, L, S).
        """
        scores = self._scores(*self._projected(query, key), None)
        return scores[0] if query.dim() == 2 else scores

    @abstractmethod
    def _scores(self, queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
        """Return scores of shape (N, H, L, S).

        Args:
            queries: The projected queries, shape (N, H, L, width).
            keys: The projected keys, shape (N, H, S, width).
            mask: What will be added; where it is -inf any number will do.
        """

    def _projected(self, query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
        q, k = self._in_batch(query=query, key=key)
        return self._split(self.q_proj(q)), self._split(self.k_proj(k))

    def _split(self, rows: Tensor) -> Tensor:
        """Bring (N, L, H * d) to (N, H, L, d)."""
        n, length, width = rows.shape
        return rows.reshape(n, length, self.num_heads, width // self.num_heads).transpose(1, 2)

    def _in_batch(self, **given: Tensor) -> list[Tensor]:
        """Return what was given, batch first, checked.

        Raises:
            TypeError: If one is no tensor.
            ValueError: If a shape does not fit.
        """
        for name, tensor in given.items():
            check_tensor(name, tensor)
        is_single = given["query"].dim() == 2
        widths = {"query": self.embed_dim, "key": self.kdim, "value": self.vdim}
        dims = "L" if is_single else "N, L" if self.batch_first else "L, N"
        batched = []
        for name, tensor in given.items():
            if tensor.dim() != (2 if is_single else 3) or tensor.shape[-1] != widths[name]:
                where = dims if name == "query" else dims.replace("L", "S")
                rule = f"have shape ({where}, {widths[name]})"
                received = f"its shape is {tuple(tensor.shape)}"
                raise ValueError(requirement(name, rule, received))
            first = tensor[None] if is_single else tensor
            batched.append(first if is_single or self.batch_first else first.transpose(0, 1))
            if len(batched[-1]) != len(batched[0]):
                rule = f"have the {len(batched[0])} sequences of `query`"
                raise ValueError(requirement(name, rule, f"it has {len(batched[-1])}"))
        return batched


def _softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        return torch.softmax(scores, dim=-1)
    is_blind = (mask == -torch.inf).all(dim=-1, keepdim=True)
    weights = torch.softmax(scores + mask.masked_fill(is_blind, 0.0), dim=-1)
    return weights.masked_fill(is_blind, 0.0)
