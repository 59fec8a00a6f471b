"""Ground energies by circuits that are trained: of one shape, or grown gate by gate."""
