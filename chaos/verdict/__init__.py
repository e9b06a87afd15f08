"""What should be there, what is there, and what differs: the checks of the promises, and the report."""
