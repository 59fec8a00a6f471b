"""Quantum circuits as ``torch.nn.Module``."""
