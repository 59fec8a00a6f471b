"""Circuits of a submission on the workers of a Dask cluster."""
