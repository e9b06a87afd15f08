"""Languages: chosen for the reader, looked up in catalogues, numbers and dates written their way."""
