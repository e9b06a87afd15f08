"""Stores API keys, the audit log and the deployment's secrets."""
