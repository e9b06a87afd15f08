"""`make scale`: how one campaign grows to a million signatures, and what that costs."""
