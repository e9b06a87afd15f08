"""Signatures on paper: one or a sheet of them read, compared with what is stored, entered, and undone."""
