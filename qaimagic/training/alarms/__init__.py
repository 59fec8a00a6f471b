"""What goes wrong in a quantum layer while a run looks healthy, noticed and said once.

A chapter to read in this order: ``measured.py`` (what a layer's answers are averages of, and how
far they could go), ``scatter.py`` (how they scatter by shots), ``sightings.py`` (what the first
steps let one see), ``plateau.py`` and ``start.py`` (gradients that vanish, or that drown in shot
noise), ``ground.py`` and ``energies.py`` (energies that no state has) and ``watch.py`` (all of it
together, as one more listener).
"""
