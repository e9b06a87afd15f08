"""Signatures: signing, checks against abuse, search, and what organisers can do with one."""
