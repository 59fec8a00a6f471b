"""Classical baselines: the twin of a hybrid model, and the plainest models of all."""
