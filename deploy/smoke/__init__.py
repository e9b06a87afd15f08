"""`make smoke`: signs on a deployed API, follows the signature, and withdraws it."""
