"""Updates: news of a campaign to the signers who asked for it."""
