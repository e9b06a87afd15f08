"""What tests are built from: plain factories, a deployment in one process, and servers to talk to."""
