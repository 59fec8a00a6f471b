"""Machines that are paid for, through the vendors' own clients."""
