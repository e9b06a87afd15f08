"""What members are told by email about their campaigns."""
