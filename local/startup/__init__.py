"""What happens before the first request: environment, app, first API key, sample campaigns."""
