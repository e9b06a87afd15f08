"""SES on one machine: takes messages, keeps them in an outbox, publishes its events. Nothing is ever sent."""
