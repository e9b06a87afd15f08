"""What whoever works on Undersigned runs by hand: catalogues, languages, pictures, linters; nothing that runs needs it."""
