"""The dashboard for organisers: a shell, its words, its scripts."""
