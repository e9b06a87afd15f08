"""A signature: its states, its flags, and how signatures are filtered."""
