"""Campaigns and every version of their statements, at rest."""
