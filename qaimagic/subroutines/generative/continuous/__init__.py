"""What generators of real numbers share: a circuit, its stand-in, data, a picture."""
