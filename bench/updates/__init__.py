"""Plays an update to 100,000 signers while people sign: the app's own sender and pacing, on a clock that does not wait."""
