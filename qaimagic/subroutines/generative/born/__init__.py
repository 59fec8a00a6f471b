"""``BornMachine``: strings of bits drawn by measuring a circuit."""
