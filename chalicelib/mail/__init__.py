"""Emails: their content (`email_messages`) and the only code for SES (`ses`)."""
