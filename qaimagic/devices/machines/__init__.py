"""Noisy copies of real machines: a vendor's own calibration data, run by a simulator."""
