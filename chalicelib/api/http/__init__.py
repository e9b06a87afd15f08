"""What every route stands on: request, responses, errors, and the middleware around them."""
