"""The compiled loops: turns, phases and words on a state kept in rows.

A tile is the state of one group of samples (or of one sample) as consecutive rows; index ``a`` of
an amplitude is ``row << lane_bits | lane``. Without lane bits the lanes of a row are samples, with
them they are neighbouring amplitudes of one sample.
"""
