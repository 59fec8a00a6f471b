"""Widgets: one class a file, which takes plain data and callables and knows nothing of training."""
