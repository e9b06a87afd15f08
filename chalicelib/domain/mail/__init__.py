"""Which email is due."""
