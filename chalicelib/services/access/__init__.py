"""Who may use the API and the links: API keys and link keys."""
