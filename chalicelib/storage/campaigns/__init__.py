"""Stores campaigns and every version of their statements."""
