"""The people of a run: what they do, what they request and how they are answered."""
