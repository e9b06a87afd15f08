"""The packet that is handed over: a letter, the statement, counts, names and what vouches for them, as a PDF."""
