"""Campaigns: reading them, and editing them."""
