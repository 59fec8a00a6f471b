"""All slopes of a function from one superposition, simulated on grids that a computer can hold."""
