"""Tallies: keeping them equal to their signatures, and reporting them."""
