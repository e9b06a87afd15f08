"""What is remembered for sending email: suppressions, counters, the pause switch."""
