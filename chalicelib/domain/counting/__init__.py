"""What a signature adds to the tally of its campaign."""
