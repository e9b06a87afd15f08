"""Email addresses, webmail providers and networks."""
