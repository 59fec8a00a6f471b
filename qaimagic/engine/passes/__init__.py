"""What may be left out or brought together before a circuit runs; each pass keeps its answers."""
