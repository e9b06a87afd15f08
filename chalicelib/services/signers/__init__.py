"""What signers can do through the links in their emails."""
