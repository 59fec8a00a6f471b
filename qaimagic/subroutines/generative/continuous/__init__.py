"""What generators of real numbers share: a circuit, points as data, a picture."""
