"""Email to signers: sent once, held, paused, reconciled, and what SES reports about it."""
