"""A campaign: its document, its form, its colours, its captcha."""
