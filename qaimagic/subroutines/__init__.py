"""What is worth handing to a co-processor, each usable without a notebook."""
