"""Undersigned's own code, in layers; imports point down only (docs/architecture.md)."""

import gc

# What a cold start makes stays; looking for garbage in it every 700 objects is a twentieth of its CPU.
gc.set_threshold(20_000, 10, 10)
