"""Exports: requesting them, and writing them in the background."""
