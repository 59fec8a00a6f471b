"""Polynomials of a matrix's singular values, by phases between calls of its block encoding."""
