"""What signers do by the links in their emails."""
