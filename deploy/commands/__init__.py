"""The commands of `python -m deploy`, one module each."""
