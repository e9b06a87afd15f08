"""Stores exports, and their files in S3."""
