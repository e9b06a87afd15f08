"""Undersigned's own code, in layers; imports point down only (docs/architecture.md)."""
