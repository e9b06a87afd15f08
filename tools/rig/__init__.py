"""Runs the packaged functions as Lambda runs them, under its own runtime client, with events as AWS documents them."""
