"""Small attention and random tokens for its tests."""

import torch

from qaimagic import QuantumAttention


def make(embed_dim=6, num_heads=2, *, seed=0, **options) -> QuantumAttention:
    torch.manual_seed(seed)
    options = {"n_wires": 3, "layers": 2, "batch_first": True, **options}
    return QuantumAttention(embed_dim, num_heads, **options).double()


def tokens(*shape: int, seed: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)
