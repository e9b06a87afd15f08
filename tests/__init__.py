"""Tests of Undersigned; `make test` runs them all."""
