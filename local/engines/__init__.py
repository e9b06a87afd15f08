"""The processes behind `AWS_ENDPOINT_URL`: ministack and dynoxide, started, kept and ended."""
