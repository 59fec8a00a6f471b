"""A loss over two directions through its weights, computed on a grid and shown."""
