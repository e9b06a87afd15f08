"""Stores updates, how far each has been sent, and who has had it."""
