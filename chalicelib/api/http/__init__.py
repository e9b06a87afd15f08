"""What every route builds on: the request, responses, errors, and the middleware around them."""
