"""The quantum approximate optimization algorithm: energies brought down by a layered circuit."""
