"""The client's sentences, in English and in Spanish."""
