"""What runs in each process under test: the gateway, a mailer, the projector; and working off what is left."""
