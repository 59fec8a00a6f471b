"""From what people call data to batches for the model."""
