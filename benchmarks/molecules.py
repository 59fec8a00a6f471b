"""Makes molecules.json: Hamiltonians by Hartree-Fock in a minimal basis, mapped to wires.

    python benchmarks/molecules.py

PennyLane's own Hartree-Fock (differentiable, STO-3G) and Jordan-Wigner map; nothing is fetched.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pennylane as qml

BOHR_PER_ANGSTROM = 1.8897259886
ELECTRONS = {"H": 1, "Li": 3}
GEOMETRY = {
    "H4": (["H"] * 4, [1.0 * k for k in range(4)]),
    "LiH": (["Li", "H"], [0.0, 1.595]),
}


def hamiltonian(symbols: list[str], angstroms: list[float]) -> dict[str, object]:
    """Return the words of a molecule whose atoms stand in a line, in hartree."""
    places = qml.numpy.array([[0.0, 0.0, BOHR_PER_ANGSTROM * z] for z in angstroms])
    operator, n_wires = qml.qchem.molecular_hamiltonian(symbols, places, method="dhf")
    words = {
        "".join(word.get(wire, "I") for wire in range(n_wires)): float(np.real(value))
        for word, value in operator.pauli_rep.items()
    }
    return {
        "provenance": (
            f"{' '.join(symbols)} in a line at {angstroms} angstrom, STO-3G, Hartree-Fock and "
            f"Jordan-Wigner of PennyLane {qml.version()}, benchmarks/molecules.py"
        ),
        "electrons": sum(ELECTRONS[symbol] for symbol in symbols),
        "words": {word: round(value, 12) for word, value in words.items()},
    }


def main() -> None:
    """Write the file beside this one."""
    data = {name: hamiltonian(*geometry) for name, geometry in GEOMETRY.items()}
    target = Path(__file__).with_name("molecules.json")
    target.write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
