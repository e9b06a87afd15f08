"""Mails: their words (messages) and the only SES code (ses)."""
