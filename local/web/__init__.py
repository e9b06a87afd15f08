"""Pages that only a local run has: index, outbox, switches, and a demo site on another origin."""
