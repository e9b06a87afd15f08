"""The people of a run: what they do, what they asked for and what they were answered."""
