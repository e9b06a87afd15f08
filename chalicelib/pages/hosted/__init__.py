"""The hosted page: its form, its head, its share links."""
