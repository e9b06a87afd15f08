"""Typesets documents: tagged PDF with its fonts in it, in any script, the same bytes for the same text."""
