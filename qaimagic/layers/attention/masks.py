"""Masks as torch's attention takes them, as one number to add to each score."""

from __future__ import annotations

import torch
from torch import Tensor

from qaimagic._checks import requirement


def merged(
    attn_mask: Tensor | None,
    key_padding_mask: Tensor | None,
    sizes: tuple[int, int, int, int],
    like: Tensor,
    *,
    is_causal: bool,
) -> Tensor | None:
    """Return what is added to scores of shape (N, H, L, S), or None for nothing.

    Args:
        attn_mask: Shape (L, S) or (N * H, L, S): True forbids a pair, numbers are added.
        key_padding_mask: Shape (N, S), alike.
        sizes: N, H, L and S.
        like: Gives dtype and device.
        is_causal: Whether to forbid what comes later where there is no ``attn_mask``.

    Returns:
        A tensor whose shape broadcasts to (N, H, L, S).

    Raises:
        TypeError: If a mask is no tensor, or holds neither booleans nor floating-point numbers.
        ValueError: If its shape is another.
    """
    n, heads, length, source = sizes
    added = None
    if attn_mask is not None:
        added = _numbers("attn_mask", attn_mask, like)
        if tuple(added.shape) not in ((length, source), (n * heads, length, source)):
            rule = f"have shape {(length, source)} or {(n * heads, length, source)}"
            received = f"its shape is {tuple(added.shape)}"
            raise ValueError(requirement("attn_mask", rule, received))
        if added.dim() == 3:
            added = added.reshape(n, heads, length, source)
    elif is_causal:
        later = torch.ones(length, source, dtype=torch.bool, device=like.device).triu(1)
        added = _numbers("attn_mask", later, like)
    if key_padding_mask is None:
        return added
    padding = _numbers("key_padding_mask", key_padding_mask, like)
    if tuple(padding.shape) != (n, source):
        rule, received = f"have shape {(n, source)}", f"its shape is {tuple(padding.shape)}"
        raise ValueError(requirement("key_padding_mask", rule, received))
    padding = padding[:, None, None, :]
    return padding if added is None else added + padding


def check_tensor(name: str, value: object) -> None:
    """Check that an argument is a tensor.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(value, Tensor):
        raise TypeError(requirement(name, "be a tensor", f"it is {type(value).__name__}"))


def _numbers(name: str, mask: Tensor, like: Tensor) -> Tensor:
    check_tensor(name, mask)
    if mask.dtype == torch.bool:
        nothing = torch.zeros(mask.shape, dtype=like.dtype, device=mask.device)
        return nothing.masked_fill(mask, -torch.inf).to(like.device)
    if not mask.is_floating_point():
        rule = "hold booleans, or numbers to add to the scores"
        raise TypeError(requirement(name, rule, f"its dtype is {mask.dtype}"))
    return mask.to(like)
