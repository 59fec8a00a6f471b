"""Time evolution under a Hamiltonian: product formulas, random ones, and QSVT."""
