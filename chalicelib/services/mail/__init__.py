"""Email to signers: sending it once, holding, pausing and reconciling it, and handling what SES reports."""
