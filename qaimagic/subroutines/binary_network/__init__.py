"""A small network with weights of +1 and -1, whose loss is an energy of its weights."""
