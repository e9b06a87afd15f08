"""Updates to signers: writing them, and sending each once, behind every other email."""
