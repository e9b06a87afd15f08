"""Sheets that people sign on paper."""
