"""Behind ``compare``: what is run, with which fresh weights, and what came out side by side."""
