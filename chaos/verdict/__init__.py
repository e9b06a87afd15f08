"""What should be stored, what is stored, and what differs: the checks of the promises, and the report."""
