"""Stores signatures, their mail marks and their order in time."""
