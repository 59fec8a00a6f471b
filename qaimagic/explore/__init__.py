"""Functions that show what an object is doing; each works without a notebook."""
