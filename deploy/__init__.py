"""Packages Undersigned, and brings it to an AWS account and away from it again; no part of what is deployed."""
