"""``QuantumAttention``: attention whose scores are overlaps of quantum states."""
