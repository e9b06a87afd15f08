"""Languages: chooses the reader's, looks up translations, and formats numbers and dates."""
