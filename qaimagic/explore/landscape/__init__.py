"""A loss over two directions: names to directions, weights in rows, levels of a grid, the result."""
