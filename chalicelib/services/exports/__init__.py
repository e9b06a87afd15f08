"""Exports: asked for, and written in the background."""
