"""The four measurements of `make bench`: CPU, cold starts, AWS calls and throughput of signing."""
