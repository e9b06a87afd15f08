"""The organisers' command line: a thin client of the admin API. It has no rules of its own; the API decides."""

__version__ = "0.1.0"
