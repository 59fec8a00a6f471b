"""Models that draw new data like those they have seen, judged alike."""
