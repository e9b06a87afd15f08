"""Tallies: kept equal to their signatures, and reported."""
