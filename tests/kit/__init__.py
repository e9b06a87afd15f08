"""What tests are made of: plain factories, and a small world with a deployment in it."""
