"""Stores tallies and detected anomalies."""
