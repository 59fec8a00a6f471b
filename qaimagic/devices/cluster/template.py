"""What a process has imported from which workers are forked. Importing it is what it is for."""

import gc

import distributed  # noqa: F401
import pennylane  # noqa: F401
import torch  # noqa: F401

from qaimagic.devices.cluster import worker  # noqa: F401

# A collection would write to every object, and workers would no longer share their memory.
gc.freeze()
