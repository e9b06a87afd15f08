"""The organisers' command line: a thin client of the admin API. It knows no rule that the API does not tell it."""

__version__ = "0.1.0"
