"""DynamoDB itself: the table client, its keys, scans, stream records and checkpoints."""
