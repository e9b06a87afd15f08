"""Routes for organisers; each needs an API key with the right role."""
