"""Sheets of paper signatures: the one place that knows how people write them. It stores nothing."""
