"""Signatures: taken, verified, listed, acted on."""
