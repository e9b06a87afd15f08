"""Stores what sending email depends on: suppressions, counters, the pause switch."""
