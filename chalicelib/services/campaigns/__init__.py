"""Campaigns: read by everybody, edited by organisers."""
