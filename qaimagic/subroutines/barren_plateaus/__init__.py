"""How slopes of circuits vanish with the wires, and what starts and costs do about it."""
