"""Inner products and products of matrices from circuits, and what they would cost."""
