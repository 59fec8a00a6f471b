"""The loop: from the call to the last step, and where it stops."""
