"""Breaks a running stack on purpose, within limits, and checks row by row that the promises hold. Never deployed."""
