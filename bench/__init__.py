"""Measures what a signature costs: CPU, AWS calls and units, cold starts, and throughput. It asserts no wall clock."""
