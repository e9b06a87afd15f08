"""A small HTTP/1.1 server on loopback; it knows neither the app nor AWS."""
