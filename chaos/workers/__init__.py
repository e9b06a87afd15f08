"""What runs in each process under test: a gateway, a mailer, the projector; and working off the backlog afterwards."""
