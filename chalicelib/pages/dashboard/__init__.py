"""The dashboard for organisers: its page, its words, its scripts."""
