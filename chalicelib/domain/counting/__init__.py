"""What signatures add to their campaign's tally."""
