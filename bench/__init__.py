"""Measures what a signature costs: CPU, AWS calls and units, cold starts, throughput. It asserts no wall-clock times."""
