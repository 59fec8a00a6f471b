"""Generative models: distributions learnt from data, by circuits and by their classical twins."""
