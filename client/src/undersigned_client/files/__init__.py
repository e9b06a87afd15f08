"""Files on the organiser's machine: campaigns as YAML, what differs, and files that only their owner reads."""
