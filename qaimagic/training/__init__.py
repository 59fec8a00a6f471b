"""The loop that trains a hybrid model, its events, its record, and how it goes on."""
