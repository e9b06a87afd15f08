"""One campaign played against AWS's limits, second by second; it talks to nothing."""
