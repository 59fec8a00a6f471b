"""Outcomes made likely by turning towards them."""
