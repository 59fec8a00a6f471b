"""How gradients are got from a quantum computer: estimators that run on any device.

A chapter to read in this order: ``recipes.py`` (a derivative is a weighted sum of circuits'
answers), ``shifts.py``, ``hadamard.py``, ``differences.py`` and ``directions.py`` (which circuits,
which weights), ``readings.py`` (what is measured of them), ``packing.py`` (how many run at once),
``answers.py`` (how far that scatters), ``problem.py`` (the classical half of the chain rule),
``assembling.py`` and ``run.py`` (all of it together), ``repeats.py`` (the same many times);
``exact.py`` is what simulators can do instead.
"""

from qaimagic.gradients.estimates import GradientEstimate, LossGradient
from qaimagic.gradients.methods import METHODS
from qaimagic.gradients.repeats import repeated
from qaimagic.gradients.run import circuits, estimate

__all__ = ["METHODS", "GradientEstimate", "LossGradient", "circuits", "estimate", "repeated"]
