"""Tallies and detected anomalies, at rest."""
