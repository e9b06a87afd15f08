"""Signatures at rest, their mail marks, and their order in time."""
