"""What a run leaves behind, in memory and in files."""
