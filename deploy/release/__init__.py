"""Writes what can be deployed without a checkout: `make release`."""
