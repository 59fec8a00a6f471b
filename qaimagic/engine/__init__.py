"""The compiled, batched, differentiable simulator; it knows arrays, no PennyLane, no notebook."""
