"""API keys, the audit log and the secrets of the deployment, at rest."""
