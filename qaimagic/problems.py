"""Combinatorial problems for annealers and circuits: a graph or numbers in, a problem out.

Each is an energy whose ground states answer a question, and says of any state what it is worth,
whether it keeps the rules, and what it means. `qaimagic.anneal` takes them as it takes energies.
"""

from qaimagic.subroutines.problems.coloring import graph_coloring
from qaimagic.subroutines.problems.conversion import to_dimod
from qaimagic.subroutines.problems.cut import maxcut
from qaimagic.subroutines.problems.independent_set import max_independent_set
from qaimagic.subroutines.problems.partition import number_partition

__all__ = ["graph_coloring", "max_independent_set", "maxcut", "number_partition", "to_dimod"]
