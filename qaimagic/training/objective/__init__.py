"""What is minimised, what is reported, and by which optimizer."""
