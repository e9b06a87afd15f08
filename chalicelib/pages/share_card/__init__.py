"""The picture shown where a link to a campaign is shared."""
