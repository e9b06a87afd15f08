"""Exports at rest, and their files in S3."""
