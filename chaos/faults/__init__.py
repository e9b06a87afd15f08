"""Faults between a process and a service: which there are, and the proxy that injects them."""
