"""A real WordPress on loopback, for what people paste into it: `make wordpress`."""
